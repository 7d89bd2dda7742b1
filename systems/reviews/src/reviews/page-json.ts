// A page of reviews as JSON text, straight from the texts PostgreSQL sent: building objects first and
// letting a serializer walk them costs about as much again.

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
  let results = ''
  for (const row of rows) results += (results === '' ? '' : ',') + reviewJson(row)
  return (
    `{"product":"${product_id}","page":${page},"count":${count},"results":[${results}],` +
    `"next_cursor":${nextCursor(request, rows)}}`
  )
}

function reviewJson(row: Row): string {
  return (
    `{"review_id":${row[column.id]},"rating":${row[column.rating]},` +
    `"summary":${JSON.stringify(row[column.summary])},` +
    `"recommend":${row[column.recommend] === 't'},` +
    `"response":${JSON.stringify(row[column.response] ?? null)},` +
    `"body":${JSON.stringify(row[column.body])},` +
    `"date":"${isoDate(row[column.date] ?? '')}",` +
    `"reviewer_name":${JSON.stringify(row[column.name])},` +
    `"helpfulness":${row[column.helpfulness]},` +
    `"photos":${row[column.photos] ?? '[]'}}`
  )
}

function nextCursor({ sort, count }: PageRequest, rows: Rows): string {
  const last = rows[count - 1]
  if (last === undefined) return 'null'
  const key =
    sort === 'newest' ? '' : last[sort === 'helpful' ? column.helpfulness : column.relevance]
  const place = {
    key: key ?? '',
    date: isoDate(last[column.date] ?? ''),
    id: last[column.id] ?? '',
  }
  return `"${cursorOf(sort, place)}"`
}

/** `2020-07-30 03:41:21.46+00` → `2020-07-30T03:41:21.460Z`; PostgreSQL drops trailing zeros. */
export function isoDate(text: string): string {
  const end = text.indexOf('+', 19)
  const fraction = text.slice(20, end).padEnd(3, '0')
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`
}
