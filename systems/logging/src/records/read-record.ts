// What a client sends, checked and turned into the line that travels: one row of PostgreSQL's COPY text. The
// worker hands lines on without reading them, so the edge is where a record is understood.
//
//   id \t timestamp \t level \t service or \N \t message \t received at \n

import { copyText } from '@plimsoll/service'

import { normalLevel } from './level.ts'
import { readTimestamp } from './read-timestamp.ts'
import { timestampOf, type RecordIds } from './record-id.ts'

/** A record that is accepted: its id, and its line. */
export interface AcceptedRecord {
  readonly id: string
  readonly line: string
}

/** A record that is not, and why. */
export interface RefusedRecord {
  readonly reason: string
}

export interface ReadOptions {
  readonly ids: RecordIds
  /** The longest message, in characters. */
  readonly messageLength: number
}

const levelLength = 64
const serviceLength = 128

/** Reads records that arrive at one moment, `now` in milliseconds since 1970. */
export class RecordReader {
  readonly #options: ReadOptions
  #now = -1
  #nowText = ''

  constructor(options: ReadOptions) {
    this.#options = options
  }

  read(value: unknown, now: number): AcceptedRecord | RefusedRecord {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { reason: 'expected an object with message and level' }
    }
    const { message, level, service, timestamp, id } = value as Record<string, unknown>
    if (typeof message !== 'string') return { reason: 'message: expected a text' }
    if (message.length > this.#options.messageLength) {
      const { length } = message
      return {
        reason: `message: expected at most ${this.#options.messageLength} characters, found ${length}`,
      }
    }
    if (typeof level !== 'string') return { reason: 'level: expected a text' }
    const levelText = normalLevel(level)
    if (levelText === '' || levelText.length > levelLength) {
      return { reason: `level: expected 1 to ${levelLength} characters` }
    }
    if (!isText(service, serviceLength)) {
      return { reason: `service: expected a text of at most ${serviceLength} characters` }
    }
    if (message.includes('\0') || levelText.includes('\0') || service?.includes('\0')) {
      return { reason: 'a NUL character is not accepted' }
    }
    const named = this.#name(timestamp, id, now)
    if ('reason' in named) return named
    const columns = `${named.id}\t${this.#text(named.timestamp, now)}\t${copyText(levelText)}\t`
    const line = `${columns}${copyText(service ?? null)}\t${copyText(message)}\t${this.#text(now, now)}\n`
    return { id: named.id, line }
  }

  /** The id and the timestamp, which the id begins with. */
  #name(
    timestamp: unknown,
    id: unknown,
    now: number,
  ): { id: string; timestamp: number } | RefusedRecord {
    const given = timestamp === undefined || timestamp === null ? undefined : timestamp
    const time = given === undefined ? undefined : readTimestamp(given, now)
    if (given !== undefined && time === undefined) {
      return {
        reason: 'timestamp: expected a time from 1970 to 9999, such as 2026-11-20T10:00:00Z',
      }
    }
    if (id === undefined || id === null) {
      const at = time ?? now
      return { id: this.#options.ids.next(at), timestamp: at }
    }
    const own = typeof id === 'string' ? id.toLowerCase() : ''
    const begins = timestampOf(own)
    if (begins === undefined) return { reason: 'id: expected a UUID of version 7' }
    if (time !== undefined && time !== begins) {
      return { reason: 'id: expected it to begin with the millisecond of timestamp' }
    }
    return { id: own, timestamp: begins }
  }

  #text(timestamp: number, now: number): string {
    if (timestamp !== now) return new Date(timestamp).toISOString()
    if (now !== this.#now) {
      this.#now = now
      this.#nowText = new Date(now).toISOString()
    }
    return this.#nowText
  }
}

function isText(value: unknown, most: number): value is string | undefined | null {
  return (
    value === undefined || value === null || (typeof value === 'string' && value.length <= most)
  )
}
