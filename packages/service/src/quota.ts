// A bucket that may go into debt: whoever comes while something is left is served, whatever the request turns out to
// cost, and whoever comes while it is empty waits until the debt is paid. So a cost that is known only after the work
// is bounded all the same: over time by the rate, at once by one request beyond it.

export interface QuotaOptions {
  /** What comes back in a second; as much may be taken at once. */
  readonly perSecond: number
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

/** What one client may use. */
export class Quota {
  readonly #perSecond: number
  readonly #now: () => number
  #left: number
  #at: number

  constructor({ perSecond, now }: QuotaOptions) {
    this.#perSecond = perSecond
    this.#now = now ?? (() => performance.now())
    this.#left = perSecond
    this.#at = this.#now()
  }

  /** Whole seconds until something is left; 0 when it is now. Takes nothing. */
  wait(): number {
    this.#refill()
    return this.#left > 0 ? 0 : Math.max(1, Math.ceil(-this.#left / this.#perSecond))
  }

  /** Takes so much, also what is not there. */
  take(amount: number): void {
    this.#refill()
    this.#left -= amount
  }

  #refill(): void {
    const now = this.#now()
    const back = ((now - this.#at) / 1_000) * this.#perSecond
    this.#left = Math.min(this.#perSecond, this.#left + back)
    this.#at = now
  }
}
