// What is said, as it is said: one long poll after the other, each from where the last one ended.

import { pull } from './api.js'
import { pause } from './pause.js'

const wait_ms = 25_000
const retry_ms = 1_000
const newest = 50
/** Of a long poll: all that came at once. */
const most = 100

/**
 * Follows until the signal is aborted.
 * @param {string} chat
 * @param {{ onMessages: (messages: import('./api.js').Message[]) => Promise<void>,
 *   onState: (words: string) => void }} listener
 * @param {AbortSignal} signal
 */
export async function follow(chat, { onMessages, onState }, signal) {
  /** @type {number | undefined} */
  let cursor
  let isLive = false
  while (!signal.aborted) {
    const began = performance.now()
    try {
      // Nothing waits until the first answer has come: it says that we are connected.
      const page =
        cursor === undefined
          ? await pull({ chat, cursor: 0, limit: newest, reverse: true }, signal)
          : await pull({ chat, cursor, limit: most, wait_ms: isLive ? wait_ms : 0 }, signal)
      await onMessages(page.messages)
      cursor = cursor === undefined ? (page.messages[0]?.send_time ?? 0) + 1 : page.next_cursor
      if (!isLive) onState('Live')
      const isEarly = page.messages.length === 0 && performance.now() - began < retry_ms
      // A service that is stopping lets nobody wait.
      if (isLive && isEarly) await pause(retry_ms, signal)
      isLive = true
    } catch {
      if (signal.aborted) return
      isLive = false
      onState('Connecting again …')
      await pause(retry_ms, signal)
    }
  }
}
