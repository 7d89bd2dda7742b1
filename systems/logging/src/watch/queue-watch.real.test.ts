import { randomUUID } from 'node:crypto'
import { createLog } from '@plimsoll/service'
import {
  openQueue as startQueue,
  startTestPostgres,
  type PostgresHost,
  type StoreServer,
} from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging, type RunningLogging } from '../../test/running-logging.ts'
import { openQueue, sendOne } from '../open-queue.ts'
import { RecordIds } from '../records/record-id.ts'

let host: PostgresHost
let server: StoreServer

beforeAll(async () => {
  host = await startTestPostgres()
  server = await startQueue()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

const ids = new RecordIds()
const patience = { timeout: 20_000 }

/** What is said of a record that is nowhere and was received so many seconds ago. */
async function stateOf(logging: RunningLogging, seconds: number): Promise<unknown> {
  const { status, body } = await logging.get(`/logs/${ids.next(Date.now() - seconds * 1_000)}`)
  expect(status).toBe(404)
  return body.state
}

test('what the slowest worker has not come to is pending; one that has stored nothing for long does not count', async () => {
  const name = { QUEUE_URL: `${server.url}/000000000000/not-empty` }
  const log = createLog({ service: 'logging', level: 'silent' })
  const choice = { ...name, SQS_ENDPOINT: server.url, QUEUE_CALL_TIMEOUT_MS: 1_500 }
  using queue = await openQueue(choice, { connections: 1, log })
  await sendOne(queue, { body: 'there is always something' })
  await using logging = await runLogging({ host, endpoint: server.url }, name)
  const oldest = async () => (await logging.get('/health')).body.queue.oldest_seconds as number
  // Nobody has told anything yet.
  await expect.poll(oldest, patience).toBeGreaterThan(0)
  expect(await oldest()).toBeLessThan(59)
  // Worked through, and stored last: seconds ago.
  const worked = (through: number, last: number) =>
    logging.sql(
      `insert into worker_progress
       values ($1, 1, now() - $2 * interval '1 second', now() - $3 * interval '1 second')`,
      [randomUUID(), through, last],
    )
  await worked(1, 0)
  await worked(60, 5)
  await worked(3_000, 120)
  await expect.poll(oldest, patience).toBeGreaterThan(59)
  expect(await oldest()).toBeLessThan(90)
  expect(await stateOf(logging, 30)).toBe('pending')
  expect(await stateOf(logging, 300)).toBeUndefined()
  // One that has old messages again, of somebody who died.
  await worked(200, 0)
  await expect.poll(oldest, patience).toBeGreaterThan(199)
})

test('a record may have been on its way into a queue that was seen empty', async () => {
  await using logging = await runLogging({ host, endpoint: server.url })
  expect((await logging.get('/health')).body.queue).toMatchObject({ oldest_seconds: 0 })
  expect(await stateOf(logging, 2)).toBe('pending')
  expect(await stateOf(logging, 60)).toBeUndefined()
})
