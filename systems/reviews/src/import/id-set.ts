// Which ids have been seen, one bit each, in pages that exist only where ids are. Twenty million ids in
// a row take 2.5 MB, so duplicates and orphans are found in one pass without asking the database.

const pageBits = 65_536
/** 64 MB of pages: half a thousand million ids in a row, or 8,192 that lie far apart. */
const mostPages = 8_192

/** A set of positive whole numbers. */
export class IdSet {
  readonly #pages = new Map<number, Uint32Array>()

  /** Adds an id; false when it was there already. Throws RangeError when ids lie too far apart. */
  add(id: number): boolean {
    const page = this.#page(Math.floor(id / pageBits))
    const bit = id % pageBits
    const word = page[bit >>> 5] ?? 0
    const mask = 1 << (bit & 31)
    if ((word & mask) !== 0) return false
    page[bit >>> 5] = word | mask
    return true
  }

  /** Whether the id was added. */
  has(id: number): boolean {
    const page = this.#pages.get(Math.floor(id / pageBits))
    if (page === undefined) return false
    const bit = id % pageBits
    return ((page[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
  }

  #page(index: number): Uint32Array {
    const known = this.#pages.get(index)
    if (known !== undefined) return known
    if (this.#pages.size === mostPages) {
      throw new RangeError(
        'ids lie too far apart to be checked for duplicates and orphans in memory',
      )
    }
    const page = new Uint32Array(pageBits / 32)
    this.#pages.set(index, page)
    return page
  }
}
