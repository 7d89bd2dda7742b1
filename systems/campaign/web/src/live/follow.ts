// What changes, as it changes: by the stream of the service, and by polling where no stream is to be had.
//
//   connecting → live → connecting        the stream ended: another one after a pause that grows
//        └→ polling → connecting          no stream to be had: some polls, then the stream is tried again
//        └→ lost → connecting             nothing answers

import { Refusal } from '../api/refusal.ts'
import { eventCutter, type StreamEvent } from './event-stream.ts'

export type Link = 'connecting' | 'live' | 'polling' | 'lost'

export interface Followed {
  /** Opens the stream; its answer may refuse. */
  readonly open: (signal: AbortSignal) => Promise<Response>
  /** Asks once. */
  readonly poll: (signal: AbortSignal) => Promise<void>
  readonly onEvent: (event: StreamEvent) => void
  readonly onLink: (link: Link) => void
}

const pause_ms = 1_000
const longestPause_ms = 15_000
const poll_ms = 3_000
const pollsBeforeStream = 10
/** The service says something at least every 15 s. */
const silence_ms = 40_000

/** Follows until the signal is aborted. Never throws. */
export async function follow(followed: Followed, signal: AbortSignal): Promise<void> {
  let attempts = 0
  while (!signal.aborted) {
    try {
      await readStream(followed, signal, () => (attempts = 0))
      followed.onLink('connecting')
    } catch (error) {
      if (signal.aborted) return
      attempts += 1
      const isRefused = error instanceof Refusal && !error.isSilence
      if (isRefused) await pollAWhile(followed, signal)
      else followed.onLink(attempts > 1 ? 'lost' : 'connecting')
    }
    await pause(Math.min(longestPause_ms, pause_ms * 2 ** Math.min(attempts, 10)), signal)
  }
}

async function pollAWhile(followed: Followed, signal: AbortSignal): Promise<void> {
  for (let i = 0; i < pollsBeforeStream && !signal.aborted; i += 1) {
    try {
      await followed.poll(signal)
      followed.onLink('polling')
    } catch {
      if (!signal.aborted) followed.onLink('lost')
    }
    await pause(poll_ms, signal)
  }
}

/** Reads events until the stream ends; throws when it is not to be had, is cut off or goes silent. */
async function readStream(
  { open, onEvent, onLink }: Followed,
  signal: AbortSignal,
  onOpen: () => void,
): Promise<void> {
  const answer = await open(signal)
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!answer.ok || answer.body === null || !isStream) {
    await answer.body?.cancel()
    throw new Refusal(answer.ok ? 404 : answer.status, 'No stream is to be had.')
  }
  onOpen()
  onLink('live')
  const cut = eventCutter()
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const timer = setTimeout(() => void reader.cancel().catch(() => undefined), silence_ms)
    const { done, value } = await reader.read().finally(() => clearTimeout(timer))
    if (done) return
    for (const event of cut(value)) onEvent(event)
  }
}

/** Waits; not so long when the browser comes back online meanwhile. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const over = new AbortController()
    const end = () => {
      clearTimeout(timer)
      over.abort()
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end, { signal: over.signal })
    addEventListener('online', end, { signal: over.signal })
  })
}
