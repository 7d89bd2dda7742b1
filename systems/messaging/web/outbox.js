// Messages that are on their way. Each is kept in the browser under the client_id that it is sent with, until the service
// says that it is stored: whatever is lost on the way, reload of the page included, is sent again and stored once.

import { Refusal, send } from './api.js'
import { pause } from './pause.js'

/**
 * @typedef {{ client_id: string, text: string, at: number }} Unsent
 * @typedef {{ onChange: () => void, onSent: (message: import('./api.js').Message) => void,
 *   onRefused: (text: string, reason: string) => void }} Listener
 */

const retry_ms = 1_000
/** Most that wait; whoever writes more is asked for patience. */
const most = 200

export class Outbox {
  #sender
  #chat
  #listener
  #signal
  /** @type {Unsent[]} */
  #unsent
  #isSending = false
  /** Ends with the attempt that is under way. @type {Promise<void>} */
  attempt = Promise.resolve()

  /**
   * @param {{ sender: string, chat: string }} whose
   * @param {Listener} listener
   * @param {AbortSignal} signal ends the sending; what is unsent is kept
   */
  constructor({ sender, chat }, listener, signal) {
    this.#sender = sender
    this.#chat = chat
    this.#listener = listener
    this.#signal = signal
    this.#unsent = kept(this.#prefix)
    void this.#work()
  }

  /** In the order in which they were written. */
  get unsent() {
    return this.#unsent
  }

  get isFull() {
    return this.#unsent.length >= most
  }

  /** @param {string} text */
  add(text) {
    const message = { client_id: newName(), text, at: Date.now() }
    this.#unsent.push(message)
    keep(this.#prefix + message.client_id, JSON.stringify(message))
    this.#listener.onChange()
    void this.#work()
  }

  get #prefix() {
    return `unsent ${this.#sender} ${this.#chat} `
  }

  /** One after the other, so that they stay in order. */
  async #work() {
    if (this.#isSending) return
    this.#isSending = true
    for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
      const { promise, resolve } = Promise.withResolvers()
      this.attempt = promise
      const isOver = await this.#try(next)
      resolve(undefined)
      if (!isOver) await pause(retry_ms, this.#signal)
      if (this.#signal.aborted) return
    }
    this.#isSending = false
  }

  /**
   * @param {Unsent} message
   * @returns {Promise<boolean>} false when it is to be sent again
   */
  async #try({ client_id, text }) {
    const message = { chat: this.#chat, sender: this.#sender, text, client_id }
    try {
      const { send_time, seq } = await send(message)
      this.#drop(client_id)
      if (!this.#signal.aborted) this.#listener.onSent({ ...message, send_time, seq })
    } catch (error) {
      if (!(error instanceof Refusal) || !error.isFinal) return false
      this.#drop(client_id)
      this.#listener.onRefused(text, error.message)
    }
    return true
  }

  /** @param {string} client_id */
  #drop(client_id) {
    this.#unsent = this.#unsent.filter((each) => each.client_id !== client_id)
    forget(this.#prefix + client_id)
    if (!this.#signal.aborted) this.#listener.onChange()
  }
}

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

/**
 * @param {string} prefix
 * @returns {Unsent[]}
 */
function kept(prefix) {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => JSON.parse(localStorage.getItem(key) ?? ''))
      .toSorted((a, b) => a.at - b.at)
  } catch {
    return []
  }
}

/** A browser that keeps nothing still sends what is in memory. @param {string} key @param {string} value */
function keep(key, value) {
  try {
    localStorage.setItem(key, value)
  } catch {}
}

/** @param {string} key */
function forget(key) {
  try {
    localStorage.removeItem(key)
  } catch {}
}
