// Where a page ended: the id of its last record, which begins with its timestamp. Opaque to clients; what they
// change in it is refused.

import { badRequest } from '@plimsoll/service'

import { timestampOf } from '../records/record-id.ts'

/** The place right before the next page. */
export interface Place {
  readonly id: string
  /** ISO 8601. */
  readonly timestamp: string
}

/** The place before the newest record there can be. */
export const newestPlace: Place = {
  id: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  timestamp: '9999-12-31T23:59:59.999Z',
}

/** The place before the newest record that is older than `timestamp`, in milliseconds since 1970. */
export function placeBefore(timestamp: number): Place {
  return {
    id: '00000000-0000-0000-0000-000000000000',
    timestamp: new Date(timestamp).toISOString(),
  }
}

/** Writes the place of a record down. */
export function cursorOf(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

/** Reads a cursor; throws a 400 for anything else. */
export function placeOf(cursor: string): Place {
  const digits = Buffer.from(cursor, 'base64url').toString('hex')
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const timestamp = timestampOf(id)
  if (timestamp === undefined || cursorOf(id) !== cursor) {
    throw badRequest('query.cursor: is not a next_cursor of GET /logs. Start again without cursor.')
  }
  return { id, timestamp: new Date(timestamp).toISOString() }
}
