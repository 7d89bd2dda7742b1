// Requests to the service that this page comes from, as whoever is logged in. The bearer token is kept in memory
// only; the cookie, which no script can read, brings a new one when it has ended.

/**
 * @typedef {{ id: number, username: string }} User
 * @typedef {{ id: string, title: string, status: 'waiting' | 'active' | 'resolved', questionerId: string,
 *   questionerUsername: string, assignedExpertId: string | null, assignedExpertUsername: string | null,
 *   createdAt: string, lastMessageAt: string | null, unreadCount: number }} Conversation
 * @typedef {{ id: string, conversationId: string, senderId: string, senderUsername: string,
 *   senderRole: string, content: string, timestamp: string, isRead: boolean }} Message
 */

/** Why a request was not done, in words for people. */
export class Refusal extends Error {
  /**
   * @param {number} status 0 when nothing answered
   * @param {string} message
   */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

const deadline_ms = 20_000

export class Api {
  #token = ''
  /** @type {Promise<User | undefined> | undefined} */
  #refreshing

  /**
   * @param {'login' | 'register'} way
   * @param {{ username: string, password: string }} credentials
   * @returns {Promise<User>}
   */
  async enter(way, credentials) {
    const { body } = await this.#send('POST', `/auth/${way}`, credentials)
    this.#token = body.token
    return body.user
  }

  /** A new token for the cookie; undefined when nobody is logged in. One request, however many ask. */
  async resume() {
    this.#refreshing ??= this.#resume().finally(() => (this.#refreshing = undefined))
    return await this.#refreshing
  }

  async leave() {
    await this.#send('POST', '/auth/logout')
    this.#token = ''
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [json]
   * @returns {Promise<any>} the body
   */
  async call(method, path, json) {
    return (await this.page(method, path, json)).body
  }

  /**
   * The same, with the path of the earlier page where there is one.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [json]
   * @returns {Promise<{ body: any, earlier: string | undefined }>}
   */
  async page(method, path, json) {
    try {
      return await this.#send(method, path, json)
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error
      if ((await this.resume()) === undefined) throw error
      return await this.#send(method, path, json)
    }
  }

  /**
   * Opens the stream of updates. Throws a Refusal when it is not to be had.
   * @param {string | undefined} cursor
   * @param {AbortSignal} signal
   */
  async stream(cursor, signal) {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`
    const answer = await fetch(`/api/updates/stream${query}`, { headers: this.#headers(), signal })
    if (!answer.ok || answer.body === null) throw new Refusal(answer.status, answer.statusText)
    return answer.body
  }

  /** @returns {Promise<User | undefined>} */
  async #resume() {
    try {
      const { body } = await this.#send('POST', '/auth/refresh')
      this.#token = body.token
      return body.user
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return undefined
      throw error
    }
  }

  /** @returns {Record<string, string>} */
  #headers() {
    return this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [json]
   */
  async #send(method, path, json) {
    const headers = this.#headers()
    /** @type {RequestInit} */
    const init = { method, headers, signal: AbortSignal.timeout(deadline_ms) }
    if (json !== undefined) {
      headers['content-type'] = 'application/json'
      init.body = JSON.stringify(json)
    }
    const answer = await fetch(path, init).catch(() => {
      throw new Refusal(0, 'The help desk does not answer. Check the connection and try again.')
    })
    const body = await answer.json().catch(() => ({}))
    if (answer.ok) return { body, earlier: earlierIn(answer.headers.get('link')) }
    const wait = answer.headers.get('retry-after')
    const when = wait === null ? '' : ` Try again in ${wait} s.`
    const said = body.error ?? body.detail ?? body.errors?.join?.(' ') ?? answer.statusText
    throw new Refusal(answer.status, `${said}${when}`)
  }
}

/**
 * @param {string | null} link
 * @returns {string | undefined}
 */
function earlierIn(link) {
  return /<([^>]*)>; rel="prev"/.exec(link ?? '')?.[1]
}
