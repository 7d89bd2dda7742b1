// What comes and goes thousands of times a second, such as requests in flight. A Set would do, if it did not make itself
// anew every so often: each table that it leaves behind points at the next one. Once a full collection has made one of
// them old, every one after it, and all that was ever in them, stays until the next full collection (decision 0020).

/** What a bag keeps in each of its items. */
export interface Kept {
  /** Where it lies; undefined when it lies in no bag. */
  slot?: number | undefined
}

/** An unordered collection of objects, each in one bag at most. */
export class Bag<Item extends Kept> implements Iterable<Item> {
  readonly #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  /** An item that lies in the bag already stays there once. */
  add(item: Item): void {
    if (item.slot !== undefined) return
    item.slot = this.#items.length
    this.#items.push(item)
  }

  /** One that is not there is no error. */
  delete(item: Item): void {
    const { slot } = item
    if (slot === undefined) return
    item.slot = undefined
    const last = this.#items.pop()
    if (last === undefined || last === item) return
    // The last one fills the gap.
    this.#items[slot] = last
    last.slot = slot
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#items[Symbol.iterator]()
  }
}
