// Which ids have been seen, one bit each, in blocks of 128 that exist only where ids are, found by hashing.
// Twenty million ids in a row take 8 MB, a million scattered ones 50 MB, so duplicates and orphans are found in
// one pass without asking the database. Pages of 64 Ki ids were tried: an export whose ids are as long as
// telephone numbers filled the memory with them.

const blockIds = 128
const wordsPerBlock = blockIds / 32
const fewestSlots = 1_024
/** 24 bytes each: 50 MB. */
const mostSlots = 2_097_152
/** Beyond it, searching for a free slot takes long. */
const fullShare = 0.75

/** A set of positive whole numbers: 200 million in a row, or 1.5 million scattered ones. */
export class IdSet {
  /** The number of each slot's block, plus one; 0 marks a free slot. */
  #blocks = new Float64Array(fewestSlots)
  #words = new Uint32Array(fewestSlots * wordsPerBlock)
  #used = 0

  /** Adds an id; false when it was there already. Throws RangeError when there are too many, too far apart. */
  add(id: number): boolean {
    const block = Math.floor(id / blockIds) + 1
    let slot = this.#slot(block)
    if (this.#blocks[slot] === 0) {
      if (this.#used >= this.#blocks.length * fullShare) {
        this.#grow()
        slot = this.#slot(block)
      }
      this.#blocks[slot] = block
      this.#used += 1
    }
    const bit = id % blockIds
    const at = slot * wordsPerBlock + (bit >>> 5)
    const word = this.#words[at] ?? 0
    const mask = 1 << (bit & 31)
    if ((word & mask) !== 0) return false
    this.#words[at] = word | mask
    return true
  }

  /** Whether the id was added. */
  has(id: number): boolean {
    const slot = this.#slot(Math.floor(id / blockIds) + 1)
    const bit = id % blockIds
    // The words of a free slot are all zero.
    return ((this.#words[slot * wordsPerBlock + (bit >>> 5)] ?? 0) & (1 << (bit & 31))) !== 0
  }

  /** Forgets them all, and gives their memory back. */
  clear(): void {
    this.#blocks = new Float64Array(fewestSlots)
    this.#words = new Uint32Array(fewestSlots * wordsPerBlock)
    this.#used = 0
  }

  /** Where the block is, or the free slot where it belongs. */
  #slot(block: number): number {
    const last = this.#blocks.length - 1
    // Both halves of a number that may be longer than 32 bits, spread by an odd constant.
    const high = Math.floor(block / 4_294_967_296)
    let slot = (Math.imul((block | 0) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> 7) & last
    while (this.#blocks[slot] !== 0 && this.#blocks[slot] !== block) slot = (slot + 1) & last
    return slot
  }

  #grow(): void {
    if (this.#blocks.length === mostSlots) {
      throw new RangeError(
        'there are more scattered ids than can be checked for duplicates and orphans in memory',
      )
    }
    const [blocks, words] = [this.#blocks, this.#words]
    this.#blocks = new Float64Array(blocks.length * 2)
    this.#words = new Uint32Array(words.length * 2)
    for (const [from, block] of blocks.entries()) {
      if (block === 0) continue
      const slot = this.#slot(block)
      this.#blocks[slot] = block
      const first = from * wordsPerBlock
      this.#words.set(words.subarray(first, first + wordsPerBlock), slot * wordsPerBlock)
    }
  }
}
