// Stores that leave: one that is told to go takes nobody's message with it, and one that hangs is left out.

import { migrateDatabase } from '@plimsoll/service/migrate'
import { startTestPostgres, type PostgresDatabase } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startMessaging } from '../../test/messaging-process.ts'
import { startSenders } from '../../test/senders.ts'
import { migrationsFolder } from '../migrate.ts'

let database: PostgresDatabase
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  database = stack.use(await host.createDatabase())
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
})
afterAll(() => stack.disposeAsync())

test('a store that is told to go finishes its calls, and every send is answered 200', async () => {
  await using leaving = await startMessaging('store', { DATABASE_URL: database.url })
  await using staying = await startMessaging('store', { DATABASE_URL: database.url })
  await using edge = await startMessaging('edge', { STORES: `${leaving.url},${staying.url}` })
  const load = startSenders(edge.url, { chat: 'told:togo', hasClientId: false })
  await load.acknowledged(200)
  leaving.child.kill('SIGTERM')
  expect(await leaving.ended).toBe(0)
  await load.acknowledged(200)
  expect(await load.stop()).toEqual(new Set([200]))
})

test('a store that hangs costs no message that has a client_id', async () => {
  await using hanging = await startMessaging('store', { DATABASE_URL: database.url })
  await using staying = await startMessaging('store', { DATABASE_URL: database.url })
  await using edge = await startMessaging('edge', {
    STORES: `${hanging.url},${staying.url}`,
    CALL_TIMEOUT_MS: '1000',
    ANSWER_WITHIN_MS: '20000',
  })
  const load = startSenders(edge.url, { chat: 'hang:ing', hasClientId: true })
  await load.acknowledged(200)
  hanging.child.kill('SIGSTOP')
  await load.acknowledged(400)
  expect(await load.stop()).toEqual(new Set([200]))
  const metrics = await (await fetch(`${edge.url}/metrics`)).text()
  expect(Number(/store_ejections_total (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(0)
  expect(Number(/call_repeats_total\{lane="send"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(0)
})
