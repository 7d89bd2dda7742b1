// The head that came last on a connection, byte for byte: servers answer with the same one again and again, and one
// that has been read need not be read again. The verdict is that of the bytes, so it is the same.

/** Longer heads are read each time. */
const keptAtMost = 512

export class SeenHead {
  /** Of the head that is kept. */
  status = 0
  text = ''
  #bytes: Uint8Array | null = null
  #length = 0
  #isFirst = true

  /** How many bytes at `at` are the head that is kept, with the empty line after it; 0: another one comes. */
  lengthAt(bytes: Uint8Array, at: number): number {
    const length = this.#length
    if (length === 0 || bytes.length - at < length) return 0
    const kept = this.#bytes as Uint8Array
    for (let index = 0; index < length; index += 1) {
      if (bytes[at + index] !== kept[index]) return 0
    }
    return length
  }

  /** Keeps the first `length` bytes, which were read as this. The first head of a connection is let go: many have only one. */
  keep(
    bytes: Uint8Array,
    length: number,
    { status, text }: { status: number; text: string },
  ): void {
    if (this.#isFirst || length > keptAtMost) {
      this.#isFirst = false
      this.#length = 0
      return
    }
    this.#bytes ??= new Uint8Array(keptAtMost)
    for (let index = 0; index < length; index += 1) this.#bytes[index] = bytes[index] as number
    this.#length = length
    this.status = status
    this.text = text
  }

  forget(): void {
    this.#length = 0
  }
}
