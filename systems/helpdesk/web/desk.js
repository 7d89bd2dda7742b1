// What the page knows: the queue, the caller's conversations and the messages of those that were opened. Updates
// may tell the same again, so everything is kept under its id.

/**
 * @typedef {import('./api.js').Conversation} Conversation
 * @typedef {import('./api.js').Message} Message
 */

/** @param {string} a @param {string} b ids, which are whole numbers of any length */
export function byId(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** Most messages of one conversation that are kept; the oldest go first. */
const mostMessages = 2_000

export class Desk {
  /** @type {Map<string, Conversation>} */
  #waiting = new Map()
  /** @type {Map<string, Conversation>} */
  #own = new Map()
  /** Messages by id, of the conversation that is open. @type {Map<string, Message>} */
  #messages = new Map()
  /** How many wait, shown or not. */
  total = 0
  /** The id of the conversation that is open. @type {string | undefined} */
  open

  /** @param {import('./live.js').Update} update */
  take({ conversations, messages, removed, queue }) {
    for (const one of conversations) this.#own.set(one.id, one)
    for (const id of removed) this.#own.delete(id)
    this.addMessages(messages)
    if (queue === null) return
    if (queue.complete) this.#waiting.clear()
    for (const id of queue.removed) this.#waiting.delete(id)
    for (const one of queue.waitingConversations) this.#waiting.set(one.id, one)
    this.total = queue.total
  }

  /** @param {readonly Conversation[]} conversations */
  addOwn(conversations) {
    for (const one of conversations) if (!this.#own.has(one.id)) this.#own.set(one.id, one)
  }

  /** @param {readonly Message[]} messages */
  addMessages(messages) {
    for (const one of messages) {
      if (one.conversationId === this.open) this.#messages.set(one.id, one)
    }
    const surplus = this.#messages.size - mostMessages
    for (const { id } of surplus > 0 ? this.messages.slice(0, surplus) : []) {
      this.#messages.delete(id)
    }
  }

  /** @param {string | undefined} id */
  openOne(id) {
    this.open = id
    this.#messages.clear()
  }

  /** @param {string} id of a conversation that was given back */
  leave(id) {
    this.#own.delete(id)
    if (this.open === id) this.openOne(undefined)
  }

  /** Oldest first. */
  get waiting() {
    return [...this.#waiting.values()].toSorted((a, b) => byId(a.id, b.id))
  }

  /** Those that are not resolved first; then by what was said last. */
  get own() {
    const time = (/** @type {Conversation} */ one) => one.lastMessageAt ?? one.createdAt
    const rank = (/** @type {Conversation} */ one) => (one.status === 'resolved' ? 1 : 0)
    return [...this.#own.values()].toSorted(
      (a, b) => rank(a) - rank(b) || (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0),
    )
  }

  /** In the order in which they were said. */
  get messages() {
    return [...this.#messages.values()].toSorted((a, b) => byId(a.id, b.id))
  }

  /** @returns {Conversation | undefined} */
  get current() {
    return this.open === undefined ? undefined : this.#own.get(this.open)
  }
}
