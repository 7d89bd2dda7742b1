import {
  openQueue,
  startTestPostgres,
  until,
  type PostgresHost,
  type StoreServer,
} from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging, type RunningLogging } from '../test/running-logging.ts'

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

test('a record that was accepted is pending, then stored by a worker, then found by its id', async () => {
  const posted = await logging.post('/log', { message: 'it\tworks\n\\.', level: 'warn' })
  expect(posted.status).toBe(201)
  const { id } = posted.body
  expect(posted.body).toEqual({ status: 'queued', id })
  const pending = await logging.get(`/logs/${id}`)
  expect([pending.status, pending.body.state]).toEqual([404, 'pending'])
  await using _worker = await logging.work()
  const isThere = async () => (await logging.get(`/logs/${id}`)).status === 200
  expect(await until(isThere, { deadline_ms: 5_000 })).toBe(true)
  const { body } = await logging.get(`/logs/${id}`)
  expect(body).toMatchObject({ id, message: 'it\tworks\n\\.', level: 'WARNING', service: null })
  const list = await logging.get('/logs')
  expect(list.body).toEqual({ logs: [body], next_cursor: null })
})

test('many records are accepted one by one, those that cannot be are named', async () => {
  await using _worker = await logging.work()
  const records = [
    { message: 'one', level: 'info', timestamp: '2026-11-20T10:00:00.5Z', service: 'shop' },
    { message: 2, level: 'info' },
    { message: 'three', level: 'Info', timestamp: '1970-01-01' },
  ]
  const { status, body } = await logging.post('/logs', records)
  expect(status).toBe(202)
  expect(body).toMatchObject({
    accepted: 2,
    rejected: [{ index: 1, reason: 'message: expected a text' }],
  })
  await logging.stored(3)
  const page = await logging.get('/logs?service=shop&level=INFO&contains=one')
  expect(page.body.logs).toHaveLength(1)
  expect(page.body.logs[0].timestamp).toBe('2026-11-20T10:00:00.500Z')
})
