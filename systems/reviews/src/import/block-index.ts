// Numbers the blocks that ids lie in, 0, 1, 2, … in the order in which they come, so that what is kept of each block
// stands close together. Blocks are found by hashing and exist only where ids are. Pages of 64 Ki ids were tried: an
// export whose ids are as long as telephone numbers filled the memory with them.

const fewestSlots = 64
/** 12 bytes each: 25 MB. */
const mostSlots = 2_097_152
/** Beyond it, searching for a free slot takes long. */
const fullShare = 0.75

/** The places of blocks, as many as 1.5 million. */
export class BlockIndex {
  /** The number of each slot's block, plus one; 0 marks a free slot. */
  #blocks = new Float64Array(fewestSlots)
  #places = new Uint32Array(fewestSlots)
  #used = 0
  /** What was found last: ids mostly come in their order, and the next one lies in the same block. */
  #last = { block: -1, place: -1 }

  /** The place of a block, -1 when it has none. */
  find(block: number): number {
    const last = this.#last
    if (last.block === block) return last.place
    const slot = this.#slot(block + 1)
    if (this.#blocks[slot] === 0) return -1
    last.block = block
    last.place = this.#places[slot] ?? -1
    return last.place
  }

  /** The place of a block, which gets one when it has none. Throws RangeError when there are too many. */
  add(block: number): number {
    const place = this.find(block)
    if (place >= 0) return place
    let slot = this.#slot(block + 1)
    if (this.#used >= this.#blocks.length * fullShare) {
      this.#grow()
      slot = this.#slot(block + 1)
    }
    this.#blocks[slot] = block + 1
    this.#places[slot] = this.#used
    this.#used += 1
    return this.#used - 1
  }

  /** Where the number is, or the free slot where it belongs. */
  #slot(number: number): number {
    const last = this.#blocks.length - 1
    // Both halves of a number that may be longer than 32 bits, spread by an odd constant.
    const high = Math.floor(number / 4_294_967_296)
    let slot = (Math.imul((number | 0) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> 7) & last
    while (this.#blocks[slot] !== 0 && this.#blocks[slot] !== number) slot = (slot + 1) & last
    return slot
  }

  #grow(): void {
    if (this.#blocks.length === mostSlots) {
      throw new RangeError(
        'there are more scattered ids than can be checked for duplicates and orphans in memory',
      )
    }
    const [blocks, places] = [this.#blocks, this.#places]
    this.#blocks = new Float64Array(blocks.length * 2)
    this.#places = new Uint32Array(places.length * 2)
    for (const [from, block] of blocks.entries()) {
      if (block === 0) continue
      const slot = this.#slot(block)
      this.#blocks[slot] = block
      this.#places[slot] = places[from] ?? 0
    }
  }
}

/** The same numbers in twice the room, at least as much as asked. What is not used yet takes no memory. */
export function withMoreRoom(numbers: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(length, numbers.length * 2))
  larger.set(numbers)
  return larger
}
