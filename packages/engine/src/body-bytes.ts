// Collects a body out of a read buffer that is used again for the next read. Most bodies arrive in one
// piece and are copied once; others grow by doubling.

const firstPiece = 65_536

/** Bytes of one body. */
export class BodyBytes {
  #bytes: Buffer | null = null
  #length = 0

  get length(): number {
    return this.#length
  }

  clear(): void {
    this.#bytes = null
    this.#length = 0
  }

  /** Copies `from[start…end)`. `expected` is how long the whole will be, when that is known. */
  add(from: Buffer, start: number, end: number, expected: number): void {
    const needed = this.#length + end - start
    if (this.#bytes === null) {
      this.#bytes = Buffer.allocUnsafe(Math.max(needed, Math.min(expected, firstPiece)))
    } else if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, this.#length)
      this.#bytes = grown
    }
    from.copy(this.#bytes, this.#length, start, end)
    this.#length = needed
  }

  /** The bytes, handed over; null when there are none. */
  take(): Buffer | null {
    const bytes = this.#bytes
    const length = this.#length
    this.clear()
    return bytes === null || bytes.length === length ? bytes : bytes.subarray(0, length)
  }
}
