import { getHeapSpaceStatistics } from 'node:v8'

import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { plainArray, textArray } from './array-literal.ts'
import { Coalescer } from './coalescer.ts'
import { Database } from './database.ts'
import { statement } from './statement.ts'

let host: PostgresHost
let sql: Client
let database: Database
let coalescer: Coalescer

beforeAll(async () => {
  host = await startTestPostgres()
  sql = new Client({ connectionString: host.url })
  await sql.connect()
  await sql.query('create table things (name text primary key, size integer check (size > 0))')
})
afterAll(async () => {
  await sql.end()
  await host[Symbol.asyncDispose]()
})

beforeEach(() => {
  database = new Database({
    url: host.url,
    name: 'coalescing',
    size: 2,
    connectTimeout: 1_000,
    statementTimeout: 2_000,
    onError: () => undefined,
  })
  coalescer = new Coalescer({ connections: database, queueLimit: 2_000, queueTimeout: 1_500 })
})
afterEach(async () => {
  coalescer[Symbol.dispose]()
  await database[Symbol.asyncDispose]()
})

interface Thing {
  readonly name: string
  readonly size: number
}

const openWrites = () =>
  coalescer.lane<Thing, string>({
    statement: statement(
      'add_things',
      'insert into things select * from unnest($1::text[], $2::integer[]) returning name',
    ),
    kind: 'write',
    bytes: ({ name }) => name.length,
    bind: (things) => [
      textArray(things.map(({ name }) => name)),
      plainArray(things.map(({ size }) => size)),
    ],
    answers: (rows) => rows.map(([name]) => name ?? ''),
  })

const openReads = () =>
  coalescer.lane<string, boolean>({
    statement: statement(
      'find_things',
      `select exists (select from things where name = wanted) from unnest($1::text[]) as wanted`,
    ),
    kind: 'read',
    bytes: (name) => name.length,
    bind: (names) => [textArray(names)],
    answers: (rows) => rows.map(([found]) => found === 't'),
  })

const openSleeps = (kind: 'read' | 'write') =>
  coalescer.lane<number, string>({
    statement: statement(`sleep_${kind}`, 'select pg_sleep(max(s)) from unnest($1::float8[]) as s'),
    kind,
    bytes: () => 8,
    bind: (seconds) => [plainArray(seconds)],
    answers: (_, requests) => requests.map(() => 'slept'),
  })

const statusOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 200,
    (error: { status?: number; failure?: string }) => error.status ?? error.failure,
  )

/** Ends the sessions that run a statement of this text; resolves to how many there were. */
async function terminate(text: string): Promise<number> {
  const { rows } = await sql.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'coalescing' and state = 'active' and query like $1`,
    [`%${text}%`],
  )
  return rows.length
}

test('rows that the table refuses are errors of their own; all others commit', async () => {
  const add = openWrites()
  const things = Array.from({ length: 300 }, (_, i) => ({
    name: `thing ${i} "quoted" \\ {}`,
    size: i % 50 === 7 ? 0 : 1,
  }))
  const ends = await Promise.all(things.map((thing) => statusOf(add(thing))))
  expect(ends).toEqual(things.map(({ size }) => (size === 0 ? 'refused' : 200)))
  const { rows } = await sql.query('select count(*)::int as n from things')
  expect(rows).toEqual([{ n: 294 }])
})

test('a read that begins after a write was acknowledged sees it, at any concurrency', async () => {
  const add = openWrites()
  const find = openReads()
  const stale: string[] = []
  await Promise.all(
    Array.from({ length: 50 }, async (_, writer) => {
      for (let i = 0; i < 20; i++) {
        const name = `${writer}-${i}`
        await add({ name, size: 1 })
        if (!(await find(name))) stale.push(name)
      }
    }),
  )
  expect(stale).toEqual([])
})

test('a session that ends during a write leaves each row unknown, and the next one works', async () => {
  const sleep = openSleeps('write')
  const ends = [statusOf(sleep(5)), statusOf(sleep(5))]
  expect(await until(async () => (await terminate('pg_sleep')) > 0, { deadline_ms: 1_500 })).toBe(
    true,
  )
  expect(await Promise.all(ends)).toEqual([504, 504])
  expect(await statusOf(sleep(0))).toBe(200)
})

test('a session that ends during a read is made good by another', async () => {
  const sleep = openSleeps('read')
  const end = statusOf(sleep(0.7))
  expect(await until(async () => (await terminate('pg_sleep')) > 0, { deadline_ms: 600 })).toBe(
    true,
  )
  expect(await end).toBe(200)
})

test('a statement that takes too long is cancelled by the server, and the connection stays', async () => {
  const sleep = openSleeps('write')
  expect(await statusOf(sleep(4))).toBe(503)
  const { rows } = await sql.query(
    `select count(*)::int as n from pg_stat_activity where application_name = 'coalescing'`,
  )
  expect(rows).toEqual([{ n: 1 }])
})

test('requests that wait behind stuck statements are withdrawn in time', async () => {
  const sleep = openSleeps('write')
  const find = openReads()
  const stuck: Promise<unknown>[] = []
  for (const statements of [1, 2]) {
    stuck.push(statusOf(sleep(1.9)))
    const sent = () => coalescer.figures().lanes[0]?.statements === statements
    expect(await until(sent, { deadline_ms: 500 })).toBe(true)
  }
  const since = performance.now()
  expect(await statusOf(find('anything'))).toBe(503)
  expect(performance.now() - since).toBeLessThan(1_900)
  await Promise.all(stuck)
})

test('what was read is not kept for a full collection', async () => {
  const rows = statement('much', `select repeat('x', 200) || n from generate_series(1, 200) n`)
  const old = () =>
    getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? 0
  for (let n = 0; n < 200; n += 1) await database.run(rows, [])
  const before = old()
  let bytes = 0
  for (let n = 0; n < 1_000; n += 1) {
    for (const [text] of await database.run(rows, [])) bytes += text?.length ?? 0
  }
  expect(bytes).toBeGreaterThan(40_000_000)
  // What is old is only freed by full collections: there may have been one, so this cannot fail by chance.
  expect(old() - before).toBeLessThan(3_000_000)
})
