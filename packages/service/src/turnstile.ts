// Lets a bounded number of costly things happen at once, and a bounded number wait for their turn. Whoever
// cannot be served in time is refused at once with 503 and Retry-After: waiting longer would only make
// everybody late.

import { unavailable } from './problem.ts'

export interface TurnstileOptions {
  /** How many may be inside at once. */
  readonly concurrency: number
  /** How many may wait. */
  readonly queueLimit: number
  /** How long one may wait, in milliseconds. */
  readonly queueTimeout: number
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

interface Waiting {
  readonly expires: number
  readonly enter: () => void
  readonly refuse: (reason: Error) => void
}

/** A bounded number inside, a bounded number waiting. */
export class Turnstile {
  readonly #options: TurnstileOptions
  readonly #now: () => number
  readonly #waiting: Waiting[] = []
  #inside = 0
  #refused = 0

  constructor(options: TurnstileOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Counters for the metrics. */
  get figures(): { readonly inside: number; readonly waiting: number; readonly refused: number } {
    return { inside: this.#inside, waiting: this.#waiting.length, refused: this.#refused }
  }

  /** Does the work when its turn comes; rejects with a 503 when there is no room or no time. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  #enter(): Promise<void> {
    const { concurrency, queueLimit, queueTimeout } = this.#options
    if (this.#inside < concurrency) {
      this.#inside += 1
      return Promise.resolve()
    }
    if (this.#waiting.length >= queueLimit) return Promise.reject(this.#refusal())
    return new Promise((resolve, reject) => {
      this.#waiting.push({ expires: this.#now() + queueTimeout, enter: resolve, refuse: reject })
    })
  }

  /** Hands the place to the next who is still in time. */
  #leave(): void {
    const now = this.#now()
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (next.expires >= now) {
        next.enter()
        return
      }
      next.refuse(this.#refusal())
    }
    this.#inside -= 1
  }

  #refusal(): Error {
    this.#refused += 1
    return unavailable('Too many are waiting for their turn.')
  }
}
