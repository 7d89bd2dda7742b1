// A page of reviews as JSON text, from the texts that PostgreSQL sent.

import type { Rows } from '@plimsoll/service'

import { cursorOf } from './cursor.ts'
import type { PageRequest } from './list-store.ts'

type Row = Rows[number]

/** The columns of the list's statement. */
const column = {
  id: 1,
  rating: 2,
  summary: 3,
  recommend: 4,
  response: 5,
  body: 6,
  date: 7,
  name: 8,
  helpfulness: 9,
  photos: 10,
  relevance: 11,
} as const

/** The whole answer of `GET /reviews`. A page that is not full is the last one. */
export function pageJson(request: PageRequest, rows: Rows): string {
  const { product_id, page, count } = request
  // V8 writes plain objects faster than concatenation does: 4 against 7 µs for five reviews, tried.
  return JSON.stringify({
    product: String(product_id),
    page,
    count,
    results: rows.map(reviewOf),
    next_cursor: nextCursor(request, rows),
  })
}

function reviewOf(row: Row) {
  const photos = row[column.photos]
  return {
    review_id: Number(row[column.id]),
    rating: Number(row[column.rating]),
    summary: row[column.summary],
    recommend: row[column.recommend] === 't',
    response: row[column.response],
    body: row[column.body],
    date: isoDate(row[column.date] ?? ''),
    reviewer_name: row[column.name],
    helpfulness: Number(row[column.helpfulness]),
    photos: photos === null || photos === undefined ? [] : (JSON.parse(photos) as unknown),
  }
}

function nextCursor({ sort, count }: PageRequest, rows: Rows): string | null {
  const last = rows[count - 1]
  if (last === undefined) return null
  const key =
    sort === 'newest' ? '' : last[sort === 'helpful' ? column.helpfulness : column.relevance]
  const date = isoDate(last[column.date] ?? '')
  return cursorOf(sort, { key: key ?? '', date, id: last[column.id] ?? '' })
}

/** `2020-07-30 03:41:21.46+00` → `2020-07-30T03:41:21.460Z`; PostgreSQL drops trailing zeros. */
export function isoDate(text: string): string {
  const end = text.indexOf('+', 19)
  const fraction = text.slice(20, end).padEnd(3, '0')
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`
}
