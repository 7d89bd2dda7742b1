import { gzipSync } from 'node:zlib'
import { openQueue, startTestPostgres, type PostgresHost, type StoreServer } from '@plimsoll/stores'
import { randomStream } from '@plimsoll/workload'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging, type RunningLogging } from '../../test/running-logging.ts'

let host: PostgresHost
let queue: StoreServer
let logging: RunningLogging

beforeAll(async () => {
  host = await startTestPostgres()
  queue = await openQueue()
  logging = await runLogging({ host, endpoint: queue.url })
})
afterAll(async () => {
  await logging?.[Symbol.asyncDispose]()
  await queue?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

const lines = { 'content-type': 'application/x-ndjson' }
const plain = { message: 'a', level: 'x' }
const gzip = { 'content-encoding': 'gzip' }

test.each([
  ['no JSON', '{', {}, 400],
  ['an array', '[]', {}, 422],
  ['a NUL', '{"message":"a\\u0000","level":"info"}', {}, 422],
  ['no level', '{"message":"a"}', {}, 422],
  ['a deep nest', '['.repeat(100_000), {}, 400],
  ['text', 'hello', { 'content-type': 'text/plain' }, 415],
  ['more than 5 MiB', 'x'.repeat(5_300_000), {}, 413],
  [
    'an id of the year 10889',
    JSON.stringify({ ...plain, id: 'ffffffff-ffff-7fff-bfff-ffffffffffff' }),
    {},
    422,
  ],
  ['a prototype', '{"__proto__":{"message":"a","level":"x"}}', {}, 422],
])('POST /log of %s is refused', async (_, body, headers, status) => {
  const answer = await logging.post('/log', body, headers)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(JSON.stringify(answer.body)).not.toMatch(/at .*\.ts|node_modules/)
})

test.each([
  ['no array', '{"message":"a","level":"x"}', {}, 400],
  ['broken gzip', Buffer.from('no gzip at all'), gzip, 400],
  ['gzip cut off', gzipSync('[{"message":"a","level":"x"}]').subarray(0, 20), gzip, 400],
  ['a gzip bomb', gzipSync(Buffer.alloc(200_000_000)), gzip, 413],
  ['deflate', 'x', { 'content-encoding': 'deflate' }, 415],
  ['too many records', `[${'1,'.repeat(60_000)}1]`, {}, 413],
])('POST /logs of %s is refused', async (_, body, headers, status) => {
  expect((await logging.post('/logs', body, headers)).status).toBe(status)
})

test.each([
  ['/log', 400],
  ['/logs', 202],
])('POST %s without a content type and a body is an empty body', async (path, status) => {
  const answer = await fetch(logging.url + path, { method: 'POST' })
  expect(answer.status).toBe(status)
})

test('one bad line is named, the others are accepted, packed or not', async () => {
  const body = '{"message":"a","level":"x"}\r\n\n{"message":\n{"message":"b","level":"y"}\n'
  for (const [sent, headers] of [
    [body, lines],
    [gzipSync(body), { ...lines, ...gzip }],
  ] as const) {
    const answer = await logging.post('/logs', sent, headers)
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({
      accepted: 2,
      rejected: [{ index: 2, reason: 'expected one JSON object' }],
    })
  }
})

test('nothing accepted is no success', async () => {
  const { status, body } = await logging.post('/logs', [{ message: 1 }])
  expect([status, body.accepted, body.rejected.length]).toEqual([422, 0, 1])
})

test('long lines, lone surrogates, odd times and levels are stored as they may be, and block nothing', async () => {
  const megabyte = 'x'.repeat(1_000_000)
  const records = [
    { message: 'y'.repeat(2_500), level: 'info' },
    { message: megabyte, level: 'INFO' },
    { message: 'lone \ud800 surrogate \ufffe \uffff', level: 'Odd' },
    { message: '1970', level: 'warn', timestamp: 0 },
    { message: '2100', level: 'Warn', timestamp: '2100-01-01T00:00:00Z' },
    { message: "'; drop table logs; --", level: '\\N', service: "' or 1=1" },
  ]
  const ids: string[] = []
  for (const record of records) {
    const { status, body } = await logging.post('/log', record)
    expect(status).toBe(201)
    ids.push(body.id as string)
  }
  await using _worker = await logging.work()
  await logging.stored(4 + records.length)
  const stored = []
  for (const id of ids) stored.push((await logging.get(`/logs/${id}`)).body)
  expect(stored.map(({ message }) => message.length)).toEqual([2_500, 1_000_000, 20, 4, 4, 22])
  expect(stored[2].message).toBe('lone \ufffd surrogate \ufffe \uffff')
  expect(stored.slice(3).map(({ level }) => level)).toEqual(['WARNING', 'WARNING', '\\N'])
  expect((await logging.get('/logs?limit=1')).body.logs[0].message).toBe('2100')
})

test('a record that fits into no message is refused by itself, its neighbours are accepted', async () => {
  const random = randomStream(5)
  // Incompressible: 700,000 characters of three bytes.
  const codes = Array.from({ length: 700_000 }, () => 0x4e00 + Math.floor(random.float() * 20_000))
  const noise = codes.map((code) => String.fromCharCode(code)).join('')
  const [small, large] = [
    { message: 'small', level: 'x' },
    { message: noise, level: 'x' },
  ]
  expect((await logging.post('/log', large)).status).toBe(413)
  const { status, body } = await logging.post('/logs', [small, large, small])
  expect(status).toBe(202)
  expect([body.accepted, body.rejected]).toEqual([
    2,
    [
      expect.objectContaining({
        index: 1,
        reason: expect.stringMatching(/does not fit/) as string,
      }),
    ],
  ])
})

test.each([
  ['/logs?limit=0'],
  ['/logs?limit=1001'],
  ['/logs?limit=1&limit=2'],
  ['/logs?offset=10001'],
  ['/logs?cursor=nonsense'],
  ['/logs?from=yesterday'],
  ["/logs?cursor=' or 1=1"],
  // An id of the year 10889, which PostgreSQL does not read.
  [`/logs?cursor=${Buffer.from('ffffffffffff7fffbfffffffffffffff', 'hex').toString('base64url')}`],
])('GET %s is refused', async (path) => {
  expect((await logging.get(path)).status).toBe(400)
})

test('what is no id of a record is not found', async () => {
  for (const id of [
    '1',
    "'%20or%201=1",
    '00000000-0000-4000-8000-000000000000',
    'ffffffff-ffff-7fff-bfff-ffffffffffff',
  ]) {
    expect((await logging.get(`/logs/${id}`)).status).toBe(404)
  }
})
