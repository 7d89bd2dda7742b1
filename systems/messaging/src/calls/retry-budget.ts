// How much may be repeated: a share of what is sent for the first time. When everything fails, repeats would make
// it worse, and the budget is soon empty.

export interface RetryBudgetOptions {
  /** What each first attempt adds. */
  readonly share: number
  /** The most that can be saved, and what there is at the start. */
  readonly most: number
}

/** Repeats that may still be made. */
export class RetryBudget {
  readonly #options: RetryBudgetOptions
  #left: number

  constructor(options: RetryBudgetOptions) {
    this.#options = options
    this.#left = options.most
  }

  /** Counts a first attempt. */
  earn(): void {
    this.#left = Math.min(this.#options.most, this.#left + this.#options.share)
  }

  /** True when one more repeat may be made; it is then spent. */
  spend(): boolean {
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
