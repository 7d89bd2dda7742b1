// Pages of reviews. One statement reads the pages of many requests: for each, one range of one index, from
// where the page begins, as many rows as it has. Nothing depends on how many reviews there are.

import {
  plainArray,
  statement,
  type Coalescer,
  type LaneOptions,
  type Rows,
  type Statement,
} from '@plimsoll/service'

import type { Place, Sort } from './cursor.ts'
import { pageJson } from './page-json.ts'

/** One page, as it is asked for. */
export interface PageRequest {
  readonly product_id: number
  readonly sort: Sort
  readonly page: number
  readonly count: number
  readonly after: Place
  /** Rows between `after` and the page. */
  readonly skip: number
}

/** The column a sort begins with, and its type; `newest` has none before the date. */
const leading = {
  newest: undefined,
  helpful: { column: 'helpfulness', type: 'integer' },
  relevant: { column: 'relevance', type: 'double precision' },
} as const

function listStatement(sort: Sort, size: string): Statement {
  const lead = leading[sort]
  const columns = [...(lead === undefined ? [] : [lead.column]), 'date', 'id']
  const tuple = (table: string) => `(${columns.map((column) => `${table}.${column}`).join(', ')})`
  return statement(
    `list_${sort}_${size}`,
    `select wanted.position, review.*
     from unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::integer[], $5::integer[]
       ${lead === undefined ? '' : `, $6::${lead.type}[]`}) with ordinality
       as wanted (product_id, date, id, skip, count
       ${lead === undefined ? '' : `, ${lead.column}`}, position)
     cross join lateral (
       select r.id, r.rating, r.summary, r.recommend, r.response, r.body, r.date,
         r.reviewer_name, r.helpfulness,
         case when r.has_photos then (
           select json_agg(json_build_object('id', p.id, 'url', p.url) order by p.id)
           from photos p where p.review_id = r.id) end as photos
         ${sort === 'relevant' ? ', r.relevance' : ''}
       from reviews r
       where r.product_id = wanted.product_id and not r.reported
         and ${tuple('r')} < ${tuple('wanted')}
       order by ${columns.map((column) => `r.${column} desc`).join(', ')}
       offset wanted.skip limit wanted.count
     ) as review`,
  )
}

/** Pages that read about as many rows share statements; the deeper they go, the fewer. */
const depths = [
  { size: 'small', rows: 20, batch: { requests: 256, bytes: 1_048_576 } },
  { size: 'medium', rows: 200, batch: { requests: 32, bytes: 1_048_576 } },
  { size: 'large', rows: Infinity, batch: { requests: 2, bytes: 1_048_576 } },
] as const

function laneOptions(sort: Sort, depth: (typeof depths)[number]): LaneOptions<PageRequest, string> {
  return {
    statement: listStatement(sort, depth.size),
    kind: 'read',
    batch: depth.batch,
    bytes: () => 64,
    bind(requests) {
      const values = [
        plainArray(requests.map(({ product_id }) => product_id)),
        plainArray(requests.map(({ after }) => after.date)),
        plainArray(requests.map(({ after }) => after.id)),
        plainArray(requests.map(({ skip }) => skip)),
        plainArray(requests.map(({ count }) => count)),
      ]
      if (sort !== 'newest') values.push(plainArray(requests.map(({ after }) => after.key)))
      return values
    },
    answers: (rows, requests) => {
      const pages = byPosition(rows, requests.length)
      return requests.map((request, i) => pageJson(request, pages[i] ?? []))
    },
  }
}

function byPosition(rows: Rows, length: number): Rows[] {
  const pages: Rows[number][][] = Array.from({ length }, () => [])
  for (const row of rows) pages[Number(row[0]) - 1]?.push(row)
  return pages
}

/** Opens the lanes of lists; the function resolves to the answer as JSON text. */
export function openLists(coalescer: Coalescer): (request: PageRequest) => Promise<string> {
  const open = (sort: Sort) =>
    depths.map((depth) => ({ ...depth, read: coalescer.lane(laneOptions(sort, depth)) }))
  const lanes = { newest: open('newest'), helpful: open('helpful'), relevant: open('relevant') }
  return async (request) => {
    const rows = request.skip + request.count
    const lane = lanes[request.sort].find((lane) => rows <= lane.rows)
    if (lane === undefined) throw new Error('unreachable: the last depth has no bound')
    return await lane.read(request)
  }
}
