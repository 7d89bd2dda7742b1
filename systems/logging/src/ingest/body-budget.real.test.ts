import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { openQueue, startTestPostgres, type PostgresHost, type StoreServer } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging, type RunningLogging } from '../../test/running-logging.ts'

let host: PostgresHost
let queue: StoreServer
let logging: RunningLogging

const budget = 2_000_000

beforeAll(async () => {
  host = await startTestPostgres()
  queue = await openQueue()
  logging = await runLogging(
    { host, endpoint: queue.url },
    { BODY_BYTES_IN_FLIGHT: String(budget), BODY_LIMIT_BYTES: '1500000' },
  )
})
afterAll(async () => {
  await logging?.[Symbol.asyncDispose]()
  await queue?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

async function inFlight(): Promise<number> {
  const text = await (await fetch(`${logging.url}/metrics`)).text()
  return Number(/^logs_body_bytes (\d+)$/m.exec(text)?.[1])
}

/** A request whose body never comes. */
function begin(path: string, length: string): Socket {
  const { port } = new URL(logging.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${length}\r\n\r\n`,
  )
  return socket
}

const small = { message: 'm', level: 'info' }
const large = { message: 'x'.repeat(900_000), level: 'info' }

test.each([
  ['/log', 'content-length: 1400000', 1_400_000],
  ['/logs', 'content-length: 1400000', 1_400_000],
  ['/log', 'transfer-encoding: chunked', 1_500_000],
])(
  'a body on its way to %s with %s counts before it comes: what does not fit beside it is told to come again',
  async (path, length, bytes) => {
    const socket = begin(path, length)
    try {
      await expect.poll(inFlight).toBe(bytes)
      for (const refused of [
        await logging.post('/log', large),
        await logging.post('/logs', [large]),
      ]) {
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
      }
      expect((await logging.post('/log', small)).status).toBe(201)
    } finally {
      socket.destroy()
    }
    await expect.poll(inFlight).toBe(0)
    expect((await logging.post('/log', large)).status).toBe(201)
  },
)

test('a packed body counts unpacked as well', async () => {
  const socket = begin('/log', 'content-length: 1400000')
  try {
    await expect.poll(inFlight).toBe(1_400_000)
    const packed = (body: unknown) =>
      logging.post('/logs', gzipSync(JSON.stringify(body)), { 'content-encoding': 'gzip' })
    expect((await packed([large])).status).toBe(503)
    expect((await packed([small])).status).toBe(202)
  } finally {
    socket.destroy()
  }
  await expect.poll(inFlight).toBe(0)
})

test('of many large bodies at once some are taken and the others told to come again', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => logging.post('/logs', [large])),
  )
  const statuses = new Set(answers.map(({ status }) => status))
  expect(statuses).toEqual(new Set([202, 503]))
  await expect.poll(inFlight).toBe(0)
})

test('a body that is longer than all of them may be together is taken alone', async () => {
  await using own = await runLogging(
    { host, endpoint: queue.url },
    { BODY_BYTES_IN_FLIGHT: '1048576', BODY_LIMIT_BYTES: '3000000' },
  )
  const longer = [large, large, large]
  expect((await own.post('/logs', longer)).status).toBe(202)
})
