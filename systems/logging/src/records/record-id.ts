// Record ids: UUIDv7 as in RFC 9562, beginning with the record's own timestamp, so that ids sort by time and one
// probe of the index finds a record by its id alone.
//
//   tttttttt-tttt-7sss-8sss-ssrrrrrrrrrr     t milliseconds, s sequence, r random
//
// Records of the same millisecond keep the order in which this process saw them. The rest is drawn per record: whoever
// could guess it could store a record first under the id of another.

import { randomFillSync } from 'node:crypto'

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
const bytes = Array.from({ length: 256 }, (_, byte) => hex(byte, 2))

const randomBytes = 6
/** Drawn for so many ids at once: a draw for each would cost more than everything else about it. */
const drawnAtOnce = 1_024

/** Makes ids that no other process makes. */
export class RecordIds {
  readonly #random = Buffer.alloc(randomBytes * drawnAtOnce)
  #used = randomBytes * drawnAtOnce
  #sequence = -1
  /** Of the ids before this one: the part between timestamp and tail. */
  #middle = ''
  #timestamp = -1
  #head = ''

  /** The next id of a record with this timestamp, in milliseconds since 1970. */
  next(timestamp: number): string {
    const sequence = (this.#sequence = (this.#sequence + 1) >>> 0)
    const low = sequence & 63
    if (low === 0) {
      this.#middle = `-7${hex(sequence >>> 20, 3)}-${hex(0x8000 | ((sequence >>> 6) & 0x3fff), 4)}-`
    }
    if (timestamp !== this.#timestamp) {
      this.#timestamp = timestamp
      const digits = hex(timestamp, 12)
      this.#head = `${digits.slice(0, 8)}-${digits.slice(8)}`
    }
    return this.#head + this.#middle + this.#tail(low)
  }

  #tail(low: number): string {
    if (this.#used === this.#random.length) {
      randomFillSync(this.#random)
      this.#used = 0
    }
    const at = this.#used
    this.#used += randomBytes
    const first = (low << 2) | ((this.#random[at] ?? 0) & 3)
    return (bytes[first] ?? '') + this.#random.toString('hex', at + 1, at + randomBytes)
  }
}

/** The end of 9999: records have no later timestamp, and PostgreSQL reads no longer year. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** The timestamp that an id begins with, in milliseconds; undefined when it is no id of a record. */
export function timestampOf(id: string): number | undefined {
  if (!idPattern.test(id)) return undefined
  const timestamp = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
  return timestamp <= latest ? timestamp : undefined
}
