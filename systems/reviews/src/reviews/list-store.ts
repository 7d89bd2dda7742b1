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

import { sorts, start, type Place, type Sort } from './cursor.ts'
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

/** The columns that a sort goes by, before date and id. */
const leading: Readonly<Record<Sort, readonly string[]>> = {
  newest: [],
  helpful: ['helpfulness'],
  relevant: ['relevance'],
}

/** The page of one request, when it asks for this sort. */
function range(sort: Sort): string {
  const columns = [...leading[sort], 'date', 'id']
  const tuple = (table: string) => `(${columns.map((column) => `${table}.${column}`).join(', ')})`
  return `(
    select r.id, r.rating, r.summary, r.recommend, r.response, r.body, r.date, r.reviewer_name,
      r.helpfulness,
      case when r.has_photos then (
        select json_agg(json_build_object('id', p.id, 'url', p.url) order by p.id)
        from photos p where p.review_id = r.id) end as photos,
      r.relevance
    from reviews r
    where wanted.sort = '${sort}' and r.product_id = wanted.product_id and not r.reported
      and ${tuple('r')} < ${tuple('wanted')}
    order by ${columns.map((column) => `r.${column} desc`).join(', ')}
    offset wanted.skip limit wanted.count)`
}

/** The sorts share a statement, because they cost the same: each request walks one of the three ranges. */
function listStatement(size: string): Statement {
  return statement(
    `list_${size}`,
    `select wanted.position, review.*
     from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bigint[], $5::integer[],
       $6::double precision[], $7::integer[], $8::integer[]) with ordinality
       as wanted (product_id, sort, date, id, helpfulness, relevance, skip, count, position)
     cross join lateral (${sorts.map(range).join(' union all ')}) as review`,
  )
}

/** Pages that read about as many rows share statements; the deeper they go, the fewer. */
const depths = [
  { size: 'small', rows: 20, batch: { requests: 256, bytes: 1_048_576 } },
  { size: 'medium', rows: 200, batch: { requests: 32, bytes: 1_048_576 } },
  { size: 'large', rows: Infinity, batch: { requests: 2, bytes: 1_048_576 } },
] as const

function laneOptions({ size, batch }: (typeof depths)[number]): LaneOptions<PageRequest, string> {
  return {
    statement: listStatement(size),
    kind: 'read',
    batch,
    bytes: () => 100,
    bind(requests) {
      const column = (value: (request: PageRequest) => string | number) =>
        plainArray(requests.map(value))
      const key = (sort: Sort) => (request: PageRequest) =>
        request.sort === sort ? request.after.key : start[sort].key
      return [
        column(({ product_id }) => product_id),
        column(({ sort }) => sort),
        column(({ after }) => after.date),
        column(({ after }) => after.id),
        column(key('helpful')),
        column(key('relevant')),
        column(({ skip }) => skip),
        column(({ count }) => count),
      ]
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
  const lanes = depths.map((depth) => ({ ...depth, read: coalescer.lane(laneOptions(depth)) }))
  return async (request) => {
    const rows = request.skip + request.count
    const lane = lanes.find((lane) => rows <= lane.rows)
    if (lane === undefined) throw new Error('unreachable: the last depth has no bound')
    return await lane.read(request)
  }
}
