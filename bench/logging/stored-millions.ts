// Reads with ten million records stored: the newest hundred from PostgreSQL, and filtered pages whose match is rare
// or is not there at all.

import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import type { Deployment } from '@plimsoll/lab'
import type pg from 'pg'

interface Taken {
  readonly records: number
  /** One request after the other, in ms. */
  readonly newest: readonly number[]
  readonly rare: readonly number[]
  readonly absent: readonly number[]
  readonly byId: readonly number[]
}

export interface MillionsOptions {
  readonly deployment: Deployment
  readonly api: string
  readonly database: pg.Client
  readonly smoke: boolean
  readonly say: (line: string) => void
}

/** What the reads must stay below, in ms. */
const floors = { newest_ms: 5, filtered_ms: 100 }

/** Fills the table, takes the cache away, and asks. */
export async function measureMillions(options: MillionsOptions) {
  const { deployment, api, database, smoke, say } = options
  await storeMillions(database, { records: smoke ? 100_000 : 10_000_000, say })
  if (deployment.instances.some(({ part }) => part === 'cache')) {
    await deployment.kill({ part: 'cache', instance: 0, signal: 'SIGKILL' })
  }
  const taken = await readMillions({ api, database }, smoke ? 200 : 3_000)
  const rows = [
    row('newest 100, p99 (ms)', quantile(taken.newest, 0.99), floors.newest_ms),
    row('one by its id, p99 (ms)', quantile(taken.byId, 0.99), floors.newest_ms),
    row('filtered, rare match, slowest (ms)', quantile(taken.rare, 1), floors.filtered_ms),
    row('filtered, no match, slowest (ms)', quantile(taken.absent, 1), floors.filtered_ms),
  ]
  for (const found of rows) say(JSON.stringify(found))
  return { rows, taken, floors }
}

function row(what: string, value_ms: number, floor: number) {
  const value = Math.round(value_ms * 100) / 100
  return { what, value, floor: value_ms <= floor ? 'reached' : 'not reached' }
}

function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(at * sorted.length) - 1] ?? Infinity
}

const perStatement = 500_000
const day_ms = 86_400_000
/** One record in so many is rare. */
const rareEvery = 40_000

/** Ids begin with the timestamp; the rest is the number of the record. */
const insert = `insert into logs (id, timestamp, level, service, message, received_at)
  select (substr(head, 1, 8) || '-' || substr(head, 9, 4) || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    to_timestamp(ms / 1000.0),
    case when n % ${rareEvery} = 0 then 'FATAL' when n % 10 = 0 then 'ERROR' else 'INFO' end,
    'service-' || n % 20,
    'Received block blk_-1608999687919862906 of size 91178 from /10.250.14.224, terminating ' || n,
    to_timestamp(ms / 1000.0)
  from (select n, ms, lpad(to_hex(ms), 12, '0') as head
        from (select n, $3::bigint + (n * $4::bigint) / $5::bigint as ms
              from generate_series($1::bigint, $2::bigint) as n) as numbered) as timed
  order by 2, 1`

/** Stores so many records of the last day and a half. */
async function storeMillions(
  database: pg.Client,
  { records, say }: { records: number; say: (line: string) => void },
): Promise<void> {
  const from = Date.now() - 1.5 * day_ms
  for (let n = 1; n <= records; n += perStatement) {
    const last = Math.min(records, n + perStatement - 1)
    await database.query(insert, [n, last, Math.round(from), 1.5 * day_ms, records])
    if (last % 2_000_000 === 0) say(`${last} records stored`)
  }
  await database.query('vacuum analyze logs')
  await database.query('checkpoint')
}

/** Asks `times` times for each kind of page; the API has no cache then. */
async function readMillions(
  { api, database }: { api: string; database: pg.Client },
  times: number,
): Promise<Taken> {
  const { rows } = await database.query<{ n: string }>('select count(*) as n from logs')
  const records = Number(rows[0]?.n)
  // About a thousand, from all over the table.
  const { rows: some } = await database.query<{ id: string }>(
    'select id::text from logs tablesample bernoulli ($1) limit 1000',
    [Math.min(100, 120_000 / records)],
  )
  assert(some.length > 100, `${some.length} of ${records} records were drawn`)
  const ids = some.map(({ id }) => id)
  const series = async (count: number, path: (n: number) => string) => {
    const taken: number[] = []
    for (let n = 0; n < count; n += 1) taken.push(await timed(api + path(n)))
    return taken
  }
  await checkNewest(api, database)
  await series(200, () => '/logs?limit=100')
  return {
    records,
    newest: await series(times, () => '/logs?limit=100'),
    rare: await series(times / 10, (n) => `/logs?level=FATAL&service=service-${n % 20}`),
    absent: await series(times / 10, (n) => `/logs?contains=nobody-has-written-this-${n}`),
    byId: await series(times, (n) => `/logs/${ids[n % ids.length] ?? ''}`),
  }
}

/** The page is what SQL says, and it has not come from the cache. */
async function checkNewest(api: string, database: pg.Client): Promise<void> {
  const before = await cachedPages(api)
  const answer = (await (await fetch(`${api}/logs?limit=100`)).json()) as { logs: { id: string }[] }
  const { rows } = await database.query<{ id: string }>(
    'select id::text from logs order by timestamp desc, id desc limit 100',
  )
  assert.deepEqual(
    answer.logs.map(({ id }) => id),
    rows.map(({ id }) => id),
  )
  assert.equal(await cachedPages(api), before, 'pages come from PostgreSQL')
}

async function cachedPages(api: string): Promise<string | undefined> {
  const text = await (await fetch(`${api}/metrics`)).text()
  return /logs_newest_pages_total\{from="cache"\} (\d+)/.exec(text)?.[1]
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Until the last byte is there, in ms. By the plainest client: what `fetch` leaves to be collected stops it for milliseconds. */
function timed(url: string): Promise<number> {
  const since = performance.now()
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (answer) => {
      answer.once('error', reject).resume()
      answer.once('end', () => {
        const taken = performance.now() - since
        if (answer.statusCode === 200) resolve(taken)
        else reject(new Error(`${url} answered ${answer.statusCode}`))
      })
    })
    request.once('error', reject)
  })
}
