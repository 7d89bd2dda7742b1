// Response times in little memory: counts in cells that are never wider than 0.1 % of their value, laid
// out as in HdrHistogram (lowest 1 µs, highest 1 h, 3 significant digits), so merging loses nothing.
//
//   value < 2048         cell = value                                    1 µs wide
//   value < 2048·2^b     cell = 1024·b + (value >> b)                    2^b µs wide
//
// Everything read from it comes from the cells alone, so a decoded histogram says the same as the live one.
// One that is full can be made compact: then it holds only the cells that are not empty, some hundred of
// thousands for a second of load, and an experiment of hours keeps one for each action and second.

import { decodeCells, encodeCells } from './hdr-encoding.ts'

/** One hour. What is longer is recorded as one hour and counted in `clamped`. */
export const highest_us = 3_600_000_000
const most = 2 ** 32 - 1
const cellsAtMost = cellOf(highest_us) + 1

/** Counts of times in µs, from 0 to one hour, to 3 significant digits. */
export class Histogram {
  /** Counts, by cell or, when compact, one for each of `#filled`. */
  #cells = new Uint32Array(128)
  /** When compact: the cells that are not empty, ascending. */
  #filled: Uint16Array | null = null
  /** Cells from here on are zero. */
  #used = 0
  #count = 0
  #clamped = 0

  /** How many values were recorded. */
  get count(): number {
    return this.#count
  }

  /** How many of them were below 0 or above one hour, and were taken as that. Not encoded. */
  get clamped(): number {
    return this.#clamped
  }

  /** The smallest value, to the resolution of its cell; NaN when empty. */
  get min_us(): number {
    return this.#count === 0 ? NaN : lowestOf(this.#cellAt(this.#cells.findIndex((n) => n > 0)))
  }

  /** The largest value, to the resolution of its cell; NaN when empty. */
  get max_us(): number {
    return this.#count === 0 ? NaN : highestOf(this.#used - 1)
  }

  /** The mean, each value taken as the middle of its cell; NaN when empty. */
  get mean_us(): number {
    let sum = 0
    for (let at = 0; at < this.#length; at += 1) {
      const cell = this.#cellAt(at)
      const count = this.#cells[at] as number
      if (count > 0) sum += count * ((lowestOf(cell) + highestOf(cell)) / 2)
    }
    return sum / this.#count
  }

  /** Adds a value in µs, `count` times; fractions are cut off. Throws RangeError for NaN or beyond 2^32 − 1 values. */
  record(value_us: number, count = 1): void {
    let value = value_us
    if (!(value >= 0 && value <= highest_us)) {
      if (Number.isNaN(value)) throw new RangeError('expected a time in µs, found NaN')
      value = value < 0 ? 0 : highest_us
      this.#clamped += count
    }
    this.#addTo(cellOf(value), count)
  }

  /** The value in µs that the share `q` of all values (0 to 1) does not exceed; NaN when empty. */
  quantile(q: number): number {
    return this.quantileWith({ q, infinite: 0 })
  }

  /** The same as if `infinite` further values of +∞ were in it: Infinity where the rank falls among them. */
  quantileWith({ q, infinite }: { q: number; infinite: number }): number {
    const total = this.#count + infinite
    if (total === 0) return NaN
    // A product such as 0.07 × 100 may come out an ulp too high: it must not skip a value.
    const rank = Math.max(1, Math.ceil(q * total * (1 - 4 * Number.EPSILON)))
    if (rank > this.#count) return Infinity
    let seen = 0
    for (let at = 0; at < this.#length; at += 1) {
      seen += this.#cells[at] as number
      if (seen >= rank) return highestOf(this.#cellAt(at))
    }
    return Infinity
  }

  /** How many values exceed `value_us`; those in the same cell (within 0.1 %) do not. */
  countAbove(value_us: number): number {
    const own = cellOf(Math.min(Math.max(value_us, 0), highest_us))
    let above = 0
    for (let at = this.#length - 1; at >= 0 && this.#cellAt(at) > own; at -= 1) {
      above += this.#cells[at] as number
    }
    return above
  }

  /** Adds every value of `other`: the same as having recorded them here. */
  add(other: Histogram): void {
    if (this.#count + other.#count > most) throw tooMany()
    this.#reach(other.#used)
    for (let at = 0; at < other.#length; at += 1) {
      const cell = other.#cellAt(at)
      this.#cells[cell] = (this.#cells[cell] as number) + (other.#cells[at] as number)
    }
    this.#used = Math.max(this.#used, other.#used)
    this.#count += other.#count
    this.#clamped += other.#clamped
  }

  /** Gives back the memory that its values do not need. Adding to it later works and costs a copy. */
  compact(): void {
    if (this.#filled !== null) return
    const filled: number[] = []
    for (let cell = 0; cell < this.#used; cell += 1) {
      if (this.#cells[cell] !== 0) filled.push(cell)
    }
    this.#cells = Uint32Array.from(filled, (cell) => this.#cells[cell] as number)
    this.#filled = Uint16Array.from(filled)
  }

  clear(): void {
    this.#filled = null
    this.#cells.fill(0)
    this.#used = 0
    this.#count = 0
    this.#clamped = 0
  }

  clone(): Histogram {
    const copy = new Histogram()
    copy.add(this)
    return copy
  }

  /** The uncompressed payload of HdrHistogram's V2 encoding: any HdrHistogram reads it. */
  encode(): Uint8Array {
    return encodeCells(this.#perCell(this.#used).subarray(0, this.#used), { highest: highest_us })
  }

  /** Reads what `encode` or any HdrHistogram of the same precision wrote. Throws RangeError for anything else. */
  static decode(bytes: Uint8Array): Histogram {
    const histogram = new Histogram()
    decodeCells(bytes, (cell, count) => {
      if (cell >= cellsAtMost) throw new RangeError('the histogram reaches beyond one hour')
      histogram.#addTo(cell, count)
    })
    return histogram
  }

  #addTo(cell: number, count: number): void {
    if (this.#count + count > most) throw tooMany()
    this.#reach(cell + 1)
    this.#used = Math.max(this.#used, cell + 1)
    this.#cells[cell] = (this.#cells[cell] as number) + count
    this.#count += count
  }

  /** How many counts there are to go through. */
  get #length(): number {
    return this.#filled === null ? this.#used : this.#filled.length
  }

  /** Which cell the count at `at` is of. */
  #cellAt(at: number): number {
    return this.#filled === null ? at : (this.#filled[at] as number)
  }

  /** One count for each cell, of at least `length` cells. */
  #perCell(length: number): Uint32Array<ArrayBuffer> {
    if (this.#filled === null) return this.#cells
    const cells = new Uint32Array(Math.max(length, this.#used))
    for (const [at, cell] of this.#filled.entries()) cells[cell] = this.#cells[at] as number
    return cells
  }

  #reach(length: number): void {
    this.#cells = this.#perCell(length)
    this.#filled = null
    if (length <= this.#cells.length) return
    const roomier = new Uint32Array(Math.min(cellsAtMost, Math.max(length, this.#cells.length * 2)))
    roomier.set(this.#cells.subarray(0, this.#used))
    this.#cells = roomier
  }
}

function cellOf(value: number): number {
  const bucket = 21 - Math.clz32(value | 2047)
  return bucket * 1024 + (value >>> bucket)
}

function lowestOf(cell: number): number {
  const bucket = cell < 2048 ? 0 : (cell >>> 10) - 1
  return (cell - bucket * 1024) * 2 ** bucket
}

function highestOf(cell: number): number {
  return lowestOf(cell + 1) - 1
}

function tooMany(): RangeError {
  return new RangeError(`a histogram holds at most ${most} values`)
}
