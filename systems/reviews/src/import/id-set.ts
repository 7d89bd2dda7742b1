// Which ids have been seen, one bit each, in blocks of 128. Twenty million ids in a row take 8 MB, a million scattered
// ones 50 MB, so duplicates and orphans are found in one pass without asking the database.

import { BlockIndex, withMoreRoom } from './block-index.ts'

const blockIds = 128
const wordsPerBlock = blockIds / 32

/** A set of positive whole numbers: 200 million in a row, or 1.5 million scattered ones. */
export class IdSet {
  #blocks = new BlockIndex()
  #words = new Uint32Array(0)

  /** Adds an id; false when it was there already. Throws RangeError when there are too many, too far apart. */
  add(id: number): boolean {
    const place = this.#blocks.add(Math.floor(id / blockIds))
    const bit = id % blockIds
    const at = place * wordsPerBlock + (bit >>> 5)
    if (at >= this.#words.length) {
      this.#words = withMoreRoom(this.#words, (place + 1) * wordsPerBlock)
    }
    const word = this.#words[at] ?? 0
    const mask = 1 << (bit & 31)
    if ((word & mask) !== 0) return false
    this.#words[at] = word | mask
    return true
  }

  /** Whether the id was added. */
  has(id: number): boolean {
    const place = this.#blocks.find(Math.floor(id / blockIds))
    if (place < 0) return false
    const bit = id % blockIds
    return ((this.#words[place * wordsPerBlock + (bit >>> 5)] ?? 0) & (1 << (bit & 31))) !== 0
  }

  /** Forgets them all, and gives their memory back. */
  clear(): void {
    this.#blocks = new BlockIndex()
    this.#words = new Uint32Array(0)
  }
}
