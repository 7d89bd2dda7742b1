// Which other id belongs to each id: four bytes each, in blocks of 32.

import { BlockIndex, withMoreRoom } from './block-index.ts'

const blockIds = 32
/** What fits four bytes beside the 0 of an id that has none. */
const modulus = 4_294_967_295

/** What ids of positive whole numbers belong to: 50 million in a row, or 1.5 million scattered ones. */
export class IdMap {
  readonly #blocks = new BlockIndex()
  #values = new Uint32Array(0)

  /** Notes to which other id the id belongs. Throws RangeError when there are too many, too far apart. */
  set(id: number, other: number): void {
    const place = this.#blocks.add(Math.floor(id / blockIds))
    const at = place * blockIds + (id % blockIds)
    if (at >= this.#values.length) {
      this.#values = withMoreRoom(this.#values, (place + 1) * blockIds)
    }
    this.#values[at] = 1 + (other < modulus ? other : other % modulus)
  }

  /**
   * Stands for what the id belongs to: the same number for the same other id, 0 for an id that was not set. Other ids
   * that lie a multiple of 4,294,967,295 apart have the same number.
   */
  get(id: number): number {
    const place = this.#blocks.find(Math.floor(id / blockIds))
    return place < 0 ? 0 : (this.#values[place * blockIds + (id % blockIds)] ?? 0)
  }
}
