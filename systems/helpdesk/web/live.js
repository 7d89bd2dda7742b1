// What changes, as it changes: by the stream of updates, and by polling where there is no stream. The cursor of
// the last answer is where either goes on, so nothing is left out.

import { Refusal } from './api.js'

/**
 * @typedef {import('./api.js').Conversation} Conversation
 * @typedef {import('./api.js').Message} Message
 * @typedef {{ cursor: string, more: boolean, conversations: Conversation[], messages: Message[],
 *   removed: string[], queue: null | { waitingConversations: Conversation[], removed: string[],
 *   total: number, complete: boolean } }} Update
 * @typedef {{ onUpdate: (update: Update) => void, onState: (words: string) => void,
 *   onLeft: () => void }} Listener
 */

const retry_ms = 1_000
const poll_ms = 2_000
const pollsBeforeStream = 15
/** The service says at least a beat in 15 s. */
const silence_ms = 40_000

/**
 * Follows until the signal is aborted, or nobody is logged in any more.
 * @param {import('./api.js').Api} api
 * @param {Listener} listener
 * @param {AbortSignal} signal
 */
export async function follow(api, listener, signal) {
  /** @type {string | undefined} */
  let cursor
  /** @param {Update} update */
  const take = (update) => {
    cursor = update.cursor
    listener.onUpdate(update)
  }
  while (!signal.aborted) {
    try {
      await readStream(await api.stream(cursor, signal), take, () => listener.onState('Live'))
    } catch (error) {
      if (signal.aborted) return
      const status = error instanceof Refusal ? error.status : 0
      if (status === 400) cursor = undefined
      if (status === 404 || status === 429 || status === 503) {
        await poll(api, () => cursor, take, listener, signal)
      } else listener.onState('Connecting again …')
    }
    await pause(retry_ms, signal)
    if (signal.aborted) return
    try {
      if ((await api.resume()) === undefined) return listener.onLeft()
    } catch {
      listener.onState('Connecting again …')
    }
  }
}

/**
 * A while of polls; then the stream is tried again.
 * @param {import('./api.js').Api} api
 * @param {() => string | undefined} cursor
 * @param {(update: Update) => void} take
 * @param {Listener} listener
 * @param {AbortSignal} signal
 */
async function poll(api, cursor, take, listener, signal) {
  for (let i = 0; i < pollsBeforeStream && !signal.aborted; i += 1) {
    try {
      const at = cursor()
      const query = at === undefined ? '' : `?cursor=${encodeURIComponent(at)}`
      const update = await api.call('GET', `/api/updates${query}`)
      listener.onState('Polling')
      take(update)
      if (update.more) continue
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return
      listener.onState('Connecting again …')
    }
    await pause(poll_ms, signal)
  }
}

/**
 * Reads server-sent events until the stream ends; throws when it is cut off or silent.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @param {(update: Update) => void} take
 * @param {() => void} onOpen
 */
async function readStream(stream, take, onOpen) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  onOpen()
  for (;;) {
    const timer = setTimeout(() => void reader.cancel().catch(() => undefined), silence_ms)
    const { done, value } = await reader.read().finally(() => clearTimeout(timer))
    if (done) return
    const events = (text + value).split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = event
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice(6))
      if (data.length > 0) take(JSON.parse(data.join('\n')))
    }
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
async function pause(milliseconds, signal) {
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true })
  })
}
