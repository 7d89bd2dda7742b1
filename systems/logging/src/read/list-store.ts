// Pages of records in SQL, newest first. A page that filters looks at 50,000 records at most and says how far it
// came: however rare the match, its cost is bounded.

import { statement, type Coalescer, type LaneOptions, type Rows } from '@plimsoll/service'

import type { Place } from './cursor.ts'
import { recordColumns, recordJson, type RecordRow } from './record-json.ts'

/** Which page. */
export interface PageRequest {
  readonly after: Place
  /** ISO 8601: records before it are not wanted. */
  readonly from: string
  readonly level: string | null
  readonly service: string | null
  readonly contains: string | null
  readonly skip: number
  readonly limit: number
}

/** Records of a page as JSON, and the id after which the next one begins: null when there is nothing after. */
export interface Page {
  readonly rows: readonly string[]
  readonly next: string | null
}

/** Records that one page may look at. */
export const mostExamined = 50_000

const candidates = `
  from logs
  where (timestamp, id) < ($1::timestamptz, $2::uuid) and timestamp <= $1::timestamptz
    and timestamp >= $3::timestamptz
  order by timestamp desc, id desc`

/** The second half runs only when the first came to its end without filling the page. */
const list = statement(
  'list_logs',
  `
with page as materialized (
  select ${recordColumns} from (select ${recordColumns} ${candidates} limit ${mostExamined}) as examined
  where ($4::text is null or level = $4) and ($5::text is null or service = $5)
    and ($6::text is null or strpos(message, $6) > 0)
  order by timestamp desc, id desc
  offset $7 limit $8
)
select ${recordColumns} from page
union all
select last.id, last.timestamp, null, null, null, null from (
  select id, timestamp ${candidates} offset ${mostExamined - 1} limit 1
) as last
where (select count(*) from page) < $8`,
)

/** One page per statement: filters differ, and a slow one must not hold up another. */
const filtered: LaneOptions<PageRequest, Page> = {
  statement: list,
  kind: 'read',
  batch: { requests: 1, bytes: 1_048_576 },
  bytes: () => 256,
  bind: ([request]) => {
    if (request === undefined) return []
    const { after, from, level, service, contains, skip, limit } = request
    return [after.timestamp, after.id, from, level, service, contains, skip, limit]
  },
  answers: (rows, [request]) => [pageOf(rows, request?.limit ?? 0)],
}

function pageOf(rows: Rows, limit: number): Page {
  const records = rows.filter((row) => row[2] !== null) as unknown as RecordRow[]
  const texts = records.map(recordJson)
  if (records.length === limit) return { rows: texts, next: records.at(-1)?.[0] ?? null }
  const examinedTo = rows.find((row) => row[2] === null)
  return { rows: texts, next: examinedTo?.[0] ?? null }
}

const newest = statement(
  'newest_logs',
  `select ${recordColumns} from logs order by timestamp desc, id desc limit $1`,
)

/** The newest records of all: everybody who asks at one time shares the statement. */
const shared: LaneOptions<number, Page> = {
  statement: newest,
  kind: 'read',
  bytes: () => 8,
  bind: (limits) => [Math.max(...limits)],
  answers: (rows, limits) => limits.map((limit) => pageOf(rows.slice(0, limit), limit)),
}

/** Opens the lanes of pages. */
export function openPages(coalescer: Coalescer): {
  read: (request: PageRequest) => Promise<Page>
  readNewest: (limit: number) => Promise<Page>
} {
  return { read: coalescer.lane(filtered), readNewest: coalescer.lane(shared) }
}
