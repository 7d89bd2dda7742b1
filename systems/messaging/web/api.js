// The two calls of the service that this page comes from.

/**
 * @typedef {{ chat: string, sender: string, text: string, client_id: string }} NewMessage
 * @typedef {{ chat: string, sender: string, text: string, send_time: number, seq: number }} Message
 * @typedef {{ messages: Message[], has_more: boolean, next_cursor: number }} Page
 */

/** Why a request was not carried out, in words for people. */
export class Refusal extends Error {
  /**
   * @param {number} status 0 when nothing answered
   * @param {string} message
   */
  constructor(status, message) {
    super(message)
    this.status = status
  }

  /** Whether the same request would be refused again. */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429
  }
}

/** The service answers within four seconds what does not wait. */
const deadline_ms = 6_000

/**
 * @param {NewMessage} message
 * @returns {Promise<{ send_time: number, seq: number }>}
 */
export async function send(message) {
  return await call('/api/send', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(deadline_ms),
  })
}

/**
 * A page of a chat; `wait_ms` is how long to wait for a message where there is none yet.
 * @param {{ chat: string, cursor: number, limit: number, reverse?: boolean, wait_ms?: number }} page
 * @param {AbortSignal} signal
 * @returns {Promise<Page>}
 */
export async function pull({ chat, cursor, limit, reverse = false, wait_ms = 0 }, signal) {
  const query = new URLSearchParams({
    chat,
    cursor: String(cursor),
    limit: String(limit),
    reverse: String(reverse),
    wait: String(wait_ms),
  })
  const late = AbortSignal.timeout(deadline_ms + wait_ms)
  return await call(`/api/pull?${query}`, { signal: AbortSignal.any([signal, late]) })
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function call(path, init) {
  const answer = await fetch(path, init).catch(() => {
    throw new Refusal(0, 'The service does not answer.')
  })
  const body = await answer.json().catch(() => {
    throw new Refusal(0, 'The answer of the service was cut off.')
  })
  if (!answer.ok) throw new Refusal(answer.status, body.detail ?? answer.statusText)
  return body
}
