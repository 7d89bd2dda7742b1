// Bounds the bytes of bodies in memory, of all requests together: a limit for each of them, and one on their number,
// would allow gigabytes. Counted before a body is read, by the length that it names or else the longest there may be;
// then by what it turned out to be.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { unavailable } from '@plimsoll/service'

export interface BodyBudgetOptions {
  /** Bytes in all. A body is admitted when there is no other, however long it may be. */
  readonly most: number
  /** The longest body. */
  readonly longest: number
}

/** Made once: whoever is refused because there is too much to do must cost little. */
const tooMuch = unavailable('Too many bytes are in flight.')

/** Admits bodies, with a 503 for those that do not fit beside the others. */
export class BodyBudget {
  readonly #options: BodyBudgetOptions
  readonly #held = new WeakMap<ServerResponse, number>()
  #total = 0

  constructor(options: BodyBudgetOptions) {
    this.#options = options
  }

  /** Before the body is read. */
  begin({ headers }: IncomingMessage, response: ServerResponse): void {
    // Whoever has left already would never give the bytes back.
    if (response.destroyed) return
    const { longest } = this.#options
    const unnamed = headers['transfer-encoding'] === undefined ? 0 : longest
    this.#hold(response, Math.min(longest, Number(headers['content-length'] ?? unnamed)))
    response.once('close', () => this.#release(response))
  }

  /** What is in memory now of a request that has begun. */
  set(response: ServerResponse, bytes: number): void {
    if (this.#held.has(response)) this.#hold(response, bytes)
  }

  get total(): number {
    return this.#total
  }

  #hold(response: ServerResponse, bytes: number): void {
    const others = this.#total - (this.#held.get(response) ?? 0)
    if (others > 0 && others + bytes > this.#options.most) throw tooMuch
    this.#total = others + bytes
    this.#held.set(response, bytes)
  }

  #release(response: ServerResponse): void {
    this.#total -= this.#held.get(response) ?? 0
    this.#held.delete(response)
  }
}
