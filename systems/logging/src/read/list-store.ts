// Pages of records in SQL, newest first. A page that filters looks at 50,000 records at most, a slice at a time and
// only for so long, and says how far it came: however rare the match and however long the records, its cost is bounded.

import { statement, type Coalescer, type LaneOptions } from '@plimsoll/service'

import type { Place } from './cursor.ts'
import { isoTime, recordColumns, recordJson, type RecordRow } from './record-json.ts'

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
  /** Records that were still to be skipped when it had looked at as many as it may. */
  readonly unskipped?: number
}

/** Records that one page may look at. */
export const mostExamined = 50_000

/** Bytes of messages that a page ends with, however many records were asked for: it has one of them at least. */
export const longestPage = 8_388_608

/** How long a page goes on to another slice, in milliseconds. */
const patience = 50
/** Records of the first slice; those that follow are larger. */
const firstSlice = 5_000
const nextSlice = 10_000

interface Slice extends PageRequest {
  /** Records that it looks at. */
  readonly size: number
  /** Bytes of messages that the page has room for. */
  readonly bytes: number
}

interface FoundSlice {
  readonly rows: readonly RecordRow[]
  /** Matches that were skipped. */
  readonly skipped: number
  /** The last record that was looked at, when the page is not full and there are more; else null. */
  readonly examinedTo: Place | null
}

/** Those of `source` that come before a page is full, by the bytes of their messages; in the order of the source. */
const withinBytes = (source: string, bytes: string) => `
  select ${recordColumns} from (
    select ${recordColumns}, sum(octet_length(message)) over (rows between unbounded preceding and 1 preceding) as before
    from ${source}
  ) as measured where before is null or before < ${bytes}`

/**
 * Records are read only until enough of them match. Then, or at the end of the slice, comes a row that says how many
 * matched and, where the page is not full, which record was the last.
 */
const list = statement(
  'list_logs',
  `
with examined as materialized (
  select ${recordColumns} from logs
  where (timestamp, id) < ($1::timestamptz, $2::uuid) and timestamp <= $1::timestamptz
    and timestamp >= $3::timestamptz
  order by timestamp desc, id desc limit $9::integer
), matching as materialized (
  select ${recordColumns} from examined
  where ($4::text is null or level = $4) and ($5::text is null or service = $5)
    and ($6::text is null or strpos(message, $6) > 0)
  limit $7::integer + $8::integer
)
${withinBytes('(select * from matching offset $7::integer) as page', '$10::integer')}
union all
select last.id, last.timestamp, null, null, matches::text, null
from (select count(*) as matches from matching) as counted
left join lateral (
  select id, timestamp from examined where matches < $7::integer + $8::integer
  offset $9::integer - 1 limit 1
) as last on true`,
)

/** One slice per statement: filters differ, and a slow one must not hold up another. */
const sliced: LaneOptions<Slice, FoundSlice> = {
  statement: list,
  kind: 'read',
  batch: { requests: 1, bytes: 1_048_576 },
  bytes: () => 256,
  bind: ([slice]) => {
    if (slice === undefined) return []
    const { after, from, level, service, contains, skip, limit, size, bytes } = slice
    return [after.timestamp, after.id, from, level, service, contains, skip, limit, size, bytes]
  },
  answers: (rows, [slice]) => {
    const [id, timestamp, , , matches] = rows.at(-1) ?? []
    const found = rows.slice(0, -1) as unknown as RecordRow[]
    const skipped = Math.min(Number(matches), slice?.skip ?? 0)
    const examinedTo = id && timestamp ? { id, timestamp: isoTime(timestamp) } : null
    return [{ rows: found, skipped, examinedTo }]
  },
}

/** Slice after slice, until the page is full, all is read, or it has looked at enough. */
function pagesOf(look: (slice: Slice) => Promise<FoundSlice>) {
  return async (request: PageRequest): Promise<Page> => {
    const until = performance.now() + patience
    const rows: RecordRow[] = []
    let { after, skip } = request
    let [left, bytes] = [mostExamined, longestPage]
    // One without a filter is full at once.
    let size = Math.max(firstSlice, skip + request.limit)
    for (;;) {
      const limit = request.limit - rows.length
      const found = await look({ ...request, after, skip, limit, size, bytes })
      rows.push(...found.rows)
      bytes -= bytesOf(found.rows)
      skip -= found.skipped
      left -= size
      const texts = () => rows.map(recordJson)
      if (rows.length === request.limit || bytes <= 0)
        return { rows: texts(), next: rows.at(-1)?.[0] ?? null }
      const { examinedTo } = found
      if (examinedTo === null) return { rows: texts(), next: null }
      // What is to be skipped does not end with the patience: a cursor could not go on there.
      if (left <= 0 || (skip === 0 && performance.now() > until)) {
        return { rows: texts(), next: examinedTo.id, unskipped: skip }
      }
      after = examinedTo
      size = Math.min(left, nextSlice)
    }
  }
}

const newest = statement(
  'newest_logs',
  withinBytes(
    `(select ${recordColumns} from logs order by timestamp desc, id desc limit $1) as page`,
    String(longestPage),
  ),
)

/** The newest records of all: everybody who asks at one time shares the statement. */
const shared: LaneOptions<number, Page> = {
  statement: newest,
  kind: 'read',
  bytes: () => 8,
  bind: (limits) => [Math.max(...limits)],
  answers: (rows, limits) => {
    const records = rows as unknown as RecordRow[]
    const texts = records.map(recordJson)
    return limits.map((limit) => {
      const last = isFull(records, limit) ? records.slice(0, limit).at(-1) : undefined
      return { rows: texts.slice(0, limit), next: last?.[0] ?? null }
    })
  },
}

/** Whether these are all that a page of so many has room for. */
function isFull(rows: readonly RecordRow[], limit: number): boolean {
  return rows.length >= limit || bytesOf(rows) >= longestPage
}

function bytesOf(rows: readonly RecordRow[]): number {
  return rows.reduce((sum, row) => sum + Buffer.byteLength(row[4]), 0)
}

/** Opens the lanes of pages. */
export function openPages(coalescer: Coalescer): {
  read: (request: PageRequest) => Promise<Page>
  readNewest: (limit: number) => Promise<Page>
} {
  return { read: pagesOf(coalescer.lane(sliced)), readNewest: coalescer.lane(shared) }
}
