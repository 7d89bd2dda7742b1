const limit = 50

/** What was loaded before, to be shown at once while it is loaded anew. The oldest go first. */
export class LoadedBefore {
  readonly #values = new Map<string, unknown>()

  get(key: string): unknown {
    return this.#values.get(key)
  }

  set(key: string, value: unknown): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    const [oldest] = this.#values.keys()
    if (this.#values.size > limit && oldest !== undefined) this.#values.delete(oldest)
  }

  /** Somebody else uses the site now. */
  clear(): void {
    this.#values.clear()
  }
}
