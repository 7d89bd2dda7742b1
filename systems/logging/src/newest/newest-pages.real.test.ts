// The front door with a Redis, without one, and with one that is lost, restarted empty, or cut off from a worker: the
// same answers.

import {
  openCache,
  openQueue,
  startTestPostgres,
  until,
  type PostgresHost,
  type StoreServer,
} from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { find, needs } from '../../../../test/optional-part.ts'
import { runLogging, type RunningLogging } from '../../test/running-logging.ts'

let host: PostgresHost
let queue: StoreServer
let redis: StoreServer | undefined

beforeAll(async () => {
  host = await startTestPostgres()
  queue = await openQueue()
  if (find('redis-server') !== undefined) redis = await openCache()
})
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]()
  await queue?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

const keep = 50

function open(): Promise<RunningLogging> {
  return runLogging(
    { host, endpoint: queue.url },
    { REDIS_URL: redis?.url ?? '', NEWEST_KEPT: String(keep) },
  )
}

async function pagesFrom(logging: RunningLogging): Promise<Record<string, number>> {
  const text = await (await fetch(`${logging.url}/metrics`)).text()
  const lines = text.matchAll(/^logs_newest_pages_total\{from="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries([...lines].map(([, from, count]) => [from, Number(count)]))
}

/** The newest records by way of the cache, if it has them, and past it: a cursor never goes by way of the cache. */
async function compare(logging: RunningLogging, limit: number): Promise<void> {
  const far = Buffer.from('e677d21fdbff7fffbfffffffffffffff', 'hex').toString('base64url')
  const newest = await logging.get(`/logs?limit=${limit}`)
  const truth = await logging.get(`/logs?limit=${limit}&cursor=${far}`)
  expect(newest.status).toBe(200)
  expect(newest.body.logs).toEqual(truth.body.logs)
  const isFull = newest.body.logs.length === limit
  expect(newest.body.next_cursor).toBe(isFull ? truth.body.next_cursor : null)
}

/** Resolves when a page has come from the cache; false when none does. */
async function isCached(logging: RunningLogging, deadline_ms = 5_000): Promise<boolean> {
  const before = (await pagesFrom(logging))['cache'] ?? 0
  return await until(
    async () => {
      await compare(logging, 10)
      return ((await pagesFrom(logging))['cache'] ?? 0) > before
    },
    { deadline_ms },
  )
}

const record = (n: number, timestamp?: number) => ({
  message: `record ${n}\twith "é"\n`,
  level: n % 2 === 0 ? 'warn' : 'Odd',
  ...(n % 3 === 0 ? { service: 'shop' } : {}),
  ...(timestamp === undefined ? {} : { timestamp }),
})

test('two workers, late records, equal times and redelivered ids: Redis answers as PostgreSQL does', async (context) => {
  needs('redis-server', context)
  await using logging = await open()
  await using _first = await logging.work()
  await using _second = await logging.work()
  expect(await isCached(logging)).toBe(true)
  const since = Date.now()
  let sent = 0
  for (let round = 0; round < 40; round += 1) {
    const records = Array.from({ length: 1 + ((round * 7) % 60) }, (_, n) =>
      record(n, n % 5 === 0 ? since - n * 1_000 : since + (n % 3)),
    )
    const { body } = await logging.post('/logs', records)
    sent += records.length
    if (round % 10 === 3) {
      // The same id with another text: the first is kept.
      await logging.post('/log', { message: 'other', level: 'x', id: body.ids.at(-1) })
    }
    await Promise.all([1, 10, keep, keep + 1].map((limit) => compareCalm(logging, limit)))
  }
  await logging.stored(sent)
  await compare(logging, keep)
  expect(await isCached(logging)).toBe(true)
  const pages = await pagesFrom(logging)
  expect(pages['cache']).toBeGreaterThan(20)
})

/** While records are stored the two answers are of two moments: ids seen by the first are never missing in it. */
async function compareCalm(logging: RunningLogging, limit: number): Promise<void> {
  const known = await logging.sql(
    `select id::text from logs order by timestamp desc, id desc limit ${limit}`,
  )
  const { body } = await logging.get(`/logs?limit=${limit}`)
  const shown: string[] = body.logs.map(({ id }: { id: string }) => id)
  expect(shown).toEqual(shown.toSorted().toReversed())
  const last = shown.length < limit ? '' : (shown.at(-1) ?? '')
  const missing = known.map(({ id }) => String(id)).filter((id) => id > last && !shown.includes(id))
  expect(missing).toEqual([])
}

test('a Redis that is lost and comes back empty is filled again, and shows nothing wrong meanwhile', async (context) => {
  needs('redis-server', context)
  await using logging = await open()
  await using _worker = await logging.work()
  const post = async (count: number) => {
    await logging.post(
      '/logs',
      Array.from({ length: count }, (_, n) => record(n)),
    )
  }
  await post(120)
  await logging.stored(120)
  expect(await isCached(logging)).toBe(true)
  await redis?.kill()
  await compare(logging, 20)
  await post(30)
  await logging.stored(150)
  await compare(logging, 20)
  await redis?.restart()
  await compare(logging, 20)
  expect(await isCached(logging, 15_000)).toBe(true)
  await compare(logging, keep)
})

test('what a worker could not tell Redis is never missing from a page', async (context) => {
  needs('redis-server', context)
  await using logging = await open()
  {
    await using _worker = await logging.work()
    await logging.post('/log', record(1))
    await logging.stored(1)
    expect(await isCached(logging)).toBe(true)
  }
  // This one writes to a Redis that is not there, as if it had died between the commit and telling it.
  await using _cutOff = await logging.work({ REDIS_URL: 'redis://127.0.0.1:1' })
  await logging.post('/log', record(2))
  await logging.stored(2)
  const first = await logging.get('/logs?limit=2')
  expect(first.body.logs).toHaveLength(2)
  expect(await isCached(logging)).toBe(true)
})

test('records that retention has dropped are not shown from Redis', async (context) => {
  needs('redis-server', context)
  await using logging = await open()
  const old = Date.now() - 3 * 86_400_000
  {
    await using _worker = await logging.work()
    await logging.post('/log', record(1))
    await logging.post('/log', record(2, old))
    await logging.stored(2)
    await logging.sql(`update logs set received_at = received_at - interval '3 days'
      where timestamp < now() - interval '2 days'`)
    expect(await isCached(logging)).toBe(true)
  }
  await using _worker = await logging.work({ RETENTION_DAYS: '1' })
  const isGone = async () => (await logging.sql('select from logs')).length === 1
  expect(await until(isGone, { deadline_ms: 5_000 })).toBe(true)
  expect((await logging.get('/logs?limit=10')).body.logs).toHaveLength(1)
  expect(await isCached(logging)).toBe(true)
})

test('a page that is asked for while a partition is made misses nothing that moves into it', async (context) => {
  needs('redis-server', context)
  await using logging = await open()
  await logging.sql(`insert into logs
    values (gen_random_uuid(), now() - interval '1 day', 'info', null, 'moves', now())`)
  // Whoever makes a partition waits before the commit until the lock is given back.
  await logging.sql(`create function pause() returns event_trigger language plpgsql as $$ begin
    if current_query() like '%attach partition%' then perform pg_advisory_xact_lock(42); end if;
  end $$`)
  await logging.sql(`create event trigger pause on ddl_command_end when tag in ('ALTER TABLE')
    execute function pause()`)
  await logging.sql('select pg_advisory_lock(42)')
  const waits = (name: string) => async () =>
    (
      await logging.sql(
        `select from pg_stat_activity
         where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
        [name],
      )
    ).length > 0
  await using _worker = await logging.work()
  expect(await until(waits('logging-partitions'), { deadline_ms: 1_500 })).toBe(true)
  const page = logging.get('/logs?limit=1')
  expect(await until(waits('logging-api'), { deadline_ms: 1_500 })).toBe(true)
  await logging.sql('select pg_advisory_unlock(42)')
  expect((await page).body.logs).toHaveLength(1)
  expect(await isCached(logging)).toBe(true)
})
