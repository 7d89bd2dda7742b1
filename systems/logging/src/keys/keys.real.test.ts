import { EventEmitter } from 'node:events'
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { openQueue, startTestPostgres, type PostgresHost, type StoreServer } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging, type RunningLogging } from '../../test/running-logging.ts'
import { keysCommand } from './keys-command.ts'

let host: PostgresHost
let queue: StoreServer
let logging: RunningLogging

beforeAll(async () => {
  host = await startTestPostgres()
  queue = await openQueue()
  logging = await runLogging(
    { host, endpoint: queue.url },
    { INGEST_KEYS: 'required', POOL_SIZE: '1' },
  )
})
afterAll(async () => {
  await logging?.[Symbol.asyncDispose]()
  await queue?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

/** What the command says, and how it ends. */
async function tell(...args: string[]): Promise<{ code: number; said: string[] }> {
  let text = ''
  const stream = { write: (more: string) => (text += more) }
  const terminal = Object.assign(new EventEmitter(), {
    env: logging.environment,
    stdout: stream,
    stderr: stream,
  })
  const code = await keysCommand(args, terminal, (bytes) => randomBytes(bytes))
  return { code, said: text.trim().split('\n') }
}

async function create(...options: string[]): Promise<Record<string, string>> {
  const { code, said } = await tell('create', '--name', 'a shipper', ...options)
  expect(code).toBe(0)
  return { authorization: `Bearer ${said[0]}` }
}

const record = { message: 'm', level: 'info' }
const gzip = { 'content-encoding': 'gzip' }
const many = (count: number) => Array.from({ length: count }, () => record)

test('without a key that counts nothing is taken or shown; health is', async () => {
  const strangers: Record<string, string>[] = [
    {},
    { authorization: 'Bearer logging_x' },
    { authorization: 'Basic eDp5' },
  ]
  for (const headers of strangers) {
    for (const answer of [
      await logging.post('/log', record, headers),
      await logging.post('/logs', [record], headers),
      await logging.get('/logs', headers),
      await logging.get('/logs/019aa300-0000-7abc-8abc-0123456789ab', headers),
    ]) {
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
  }
  expect((await logging.get('/health')).status).toBe(200)
})

test('a key writes at once and never reads, one to read never writes, a revoked one does neither', async () => {
  const [writes, reads] = [await create(), await create('--scope', 'read')]
  expect((await logging.post('/log', record, writes)).status).toBe(201)
  expect((await logging.post('/logs', [record], writes)).status).toBe(202)
  expect((await logging.get('/logs', writes)).status).toBe(403)
  expect((await logging.get('/logs', reads)).status).toBe(200)
  expect((await logging.post('/log', record, reads)).status).toBe(403)
  const { said } = await tell('list')
  const { id } = JSON.parse(said.at(-3) ?? '') as { id: string }
  expect((await tell('revoke', id)).code).toBe(0)
  expect((await tell('revoke', id)).code).toBe(3)
  const isRefused = async () => (await logging.post('/log', record, writes)).status
  await expect.poll(isRefused, { timeout: 5_000, interval: 50 }).toBe(401)
})

test('a key that is revoked while reads keep every connection busy is refused within two seconds', async () => {
  const [writes, reads] = [await create(), await create('--scope', 'read')]
  const { id } = JSON.parse((await tell('list')).said.at(-3) ?? '') as { id: string }
  await logging.sql(`insert into logs
    select gen_random_uuid(), now() - n * interval '1 ms', 'info', null, repeat('x', 200), now()
    from generate_series(1, 20000) as n`)
  const readers = new AbortController()
  const reading = Array.from({ length: 16 }, async () => {
    while (!readers.signal.aborted) {
      expect((await logging.get('/logs?contains=absent', reads)).status).toBe(200)
    }
  })
  const waiting = async () => {
    const text = await (await fetch(`${logging.url}/metrics`)).text()
    return Number(/^pg_pool_waiting (\d+)$/m.exec(text)?.[1] ?? 0)
  }
  try {
    await expect.poll(waiting, { timeout: 2_000, interval: 20 }).toBeGreaterThan(8)
    expect((await logging.post('/log', record, writes)).status).toBe(201)
    expect((await tell('revoke', id)).code).toBe(0)
    const isRefused = async () => (await logging.post('/log', record, writes)).status
    await expect.poll(isRefused, { timeout: 2_000, interval: 50 }).toBe(401)
    // Otherwise the connection was free meanwhile.
    expect(await waiting()).toBeGreaterThan(8)
  } finally {
    readers.abort()
    await Promise.all(reading)
  }
})

test('only hashes are kept, and nothing but the key itself opens the gate', async () => {
  const { authorization = '' } = await create()
  const key = authorization.slice('Bearer '.length)
  const rows = await logging.sql(
    'select row_to_json(k)::text as text, encode(hash, $1) as hash from ingest_keys k',
    ['hex'],
  )
  const text = JSON.stringify(rows)
  expect(text).not.toContain(key)
  expect(text).not.toContain(Buffer.from(key).toString('hex'))
  for (const { hash } of rows) {
    const headers = { authorization: `Bearer ${String(hash)}` }
    expect((await logging.post('/log', record, headers)).status).toBe(401)
  }
})

test('a quota of records: 429 says when to come again, and then it is taken', async () => {
  const key = await create('--records-per-second', '50')
  expect((await logging.post('/logs', many(150), key)).status).toBe(202)
  const refused = await logging.post('/log', record, key)
  expect(refused.status).toBe(429)
  const wait = Number(refused.headers.get('retry-after'))
  expect(wait).toBeGreaterThanOrEqual(1)
  expect(wait).toBeLessThanOrEqual(3)
  expect((await logging.post('/logs', many(2), key)).status).toBe(429)
  const other = await create()
  expect((await logging.post('/logs', many(150), other)).status).toBe(202)
  const isTaken = async () => (await logging.post('/log', record, key)).status
  await expect.poll(isTaken, { timeout: wait * 1_000 + 1_500, interval: 100 }).toBe(201)
})

test('a quota of bytes counts the body unpacked', async () => {
  const key = await create('--bytes-per-second', '1000')
  const packed = gzipSync(JSON.stringify([{ message: 'x'.repeat(50_000), level: 'x' }]))
  expect(packed.length).toBeLessThan(500)
  expect((await logging.post('/logs', packed, { ...gzip, ...key })).status).toBe(202)
  const refused = await logging.post('/log', record, key)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(40)
})

test('the quotas of a key that reads count what it is shown', async () => {
  await logging.sql(`insert into logs
    select gen_random_uuid(), now(), 'info', null, repeat('x', 100), now() from generate_series(1, 200)`)
  const records = await create('--scope', 'read', '--records-per-second', '50')
  const bytes = await create('--scope', 'read', '--bytes-per-second', '1000')
  for (const [key, least] of [
    [records, 2],
    [bytes, 30],
  ] as const) {
    expect((await logging.get('/logs?limit=200', key)).body.logs).toHaveLength(200)
    const refused = await logging.get('/logs?limit=1', key)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(least)
  }
})

test('a key that reads pays for each request, whatever it finds', async () => {
  const key = await create('--scope', 'read', '--records-per-second', '1')
  const absent = '/logs/019aa300-0000-7abc-8abc-0123456789ab'
  const answers = await Promise.all(Array.from({ length: 20 }, () => logging.get(absent, key)))
  const statuses = answers.map(({ status }) => status)
  // While they are asked for some come back.
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10)
  expect(statuses).toContain(404)
})

test('of requests that come at once a quota takes those that it has room for', async () => {
  const key = await create('--records-per-second', '50')
  const send = async () => (await logging.post('/logs', many(150), key)).status
  const statuses = await Promise.all(Array.from({ length: 20 }, send))
  expect(statuses.filter((status) => status === 202)).toHaveLength(1)
  expect(statuses.filter((status) => status === 429)).toHaveLength(19)
})

test.each([
  ['no JSON', 400, '{'.repeat(5_000), {}],
  ['a gzip bomb', 413, gzipSync(Buffer.alloc(20_000_000)), gzip],
  ['gzip that is cut off', 400, gzipSync('x'.repeat(9_000)).subarray(0, 30), gzip],
])('a body that is refused is charged: %s', async (_, status, body, headers) => {
  const key = await create('--bytes-per-second', '1000')
  expect((await logging.post('/logs', body, { ...headers, ...key })).status).toBe(status)
  expect((await logging.post('/log', record, key)).status).toBe(429)
})

test('known keys count while the database is away, unknown ones are told to come again', async ({
  skip,
}) => {
  const own = host.server ?? skip('the server of DATABASE_URL is not ours to kill')
  const key = await create()
  expect((await logging.post('/log', record, key)).status).toBe(201)
  await own.kill()
  try {
    expect((await logging.post('/log', record, key)).status).toBe(201)
    const stranger = { authorization: 'Bearer logging_unknown' }
    const isUnclear = async () => (await logging.post('/log', record, stranger)).status
    await expect.poll(isUnclear, { timeout: 5_000 }).toBe(503)
  } finally {
    await own.restart()
  }
})

test.each([
  [[], /Expected one of/],
  [['create'], /--name/],
  [['create', '--name', 'a', '--scope', 'both'], /--scope/],
  [['create', '--name', 'a', '--records-per-second', '0'], /--records-per-second/],
  [['create', '--name', 'a', '--bytes-per-second', '1e9'], /--bytes-per-second/],
  [['revoke', 'x'], /Expected one of/],
  [['revoke', '999999'], /no key 999999/],
  [['list', '--all'], /all/],
])('keys %j is refused', async (args, reason) => {
  const { code, said } = await tell(...args)
  expect([code, said.join('\n')]).toEqual([3, expect.stringMatching(reason)])
})
