// Where a page ended: the sort's key, the date and the id of its last review. Opaque to clients, who get
// the next page by giving it back; what they change in it is refused, never executed.

import { badRequest } from '@plimsoll/service'

/** How a list is ordered; the first of equals is the newest, then the one with the highest id. */
export type Sort = (typeof sorts)[number]

/** Every order a list can have. */
export const sorts = ['newest', 'helpful', 'relevant'] as const

/** The place right before the next page. All texts, as PostgreSQL reads them. */
export interface Place {
  /** Helpfulness or relevance; empty for `newest`. */
  readonly key: string
  readonly date: string
  readonly id: string
}

const largestId = '9223372036854775807'

/** The place before the first page, per sort. */
export const start: Readonly<Record<Sort, Place>> = {
  newest: { key: '', date: 'infinity', id: largestId },
  helpful: { key: '2147483647', date: 'infinity', id: largestId },
  relevant: { key: 'Infinity', date: 'infinity', id: largestId },
}

const letterOf = { newest: 'n', helpful: 'h', relevant: 'r' } as const

const largestHelpfulness = Number(start.helpful.key)

const isKey: Readonly<Record<Sort, (key: string) => boolean>> = {
  newest: (key) => key === '',
  // A number that its column cannot hold would be our failure, not a refusal.
  helpful: (key) => /^\d{1,10}$/.test(key) && Number(key) <= largestHelpfulness,
  // 17 digits, before them as many zeros as PostgreSQL writes without an exponent.
  relevant: (key) => /^-?\d{1,15}(\.\d{1,21})?(e-\d{1,2})?$/.test(key),
}

/** Writes a place down; `date` is in ISO 8601. */
export function cursorOf(sort: Sort, { key, date, id }: Place): string {
  return Buffer.from(`${letterOf[sort]}|${key}|${Date.parse(date)}|${id}`).toString('base64url')
}

const farthest = Date.parse('9999-12-31T23:59:59.999Z')
const earliest = Date.parse('0001-01-01T00:00:00.000Z')

/** Reads a cursor of this sort; throws a 400 for anything else. */
export function placeOf(sort: Sort, cursor: string): Place {
  const [letter, key = '', date = '', id = '', ...rest] = Buffer.from(cursor, 'base64url')
    .toString('latin1')
    .split('|')
  const milliseconds = Number(date)
  if (
    letter !== letterOf[sort] ||
    rest.length > 0 ||
    !isKey[sort](key) ||
    !/^-?\d{1,15}$/.test(date) ||
    milliseconds < earliest ||
    milliseconds > farthest ||
    !/^\d{1,18}$/.test(id)
  ) {
    throw badRequest(
      `query.cursor: is not a next_cursor of a list sorted by "${sort}". Start again without cursor.`,
    )
  }
  return { key, date: new Date(milliseconds).toISOString(), id }
}
