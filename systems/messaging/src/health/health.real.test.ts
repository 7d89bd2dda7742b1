// When a store is ready, and what it says when its database cannot do its work.

import { Code, createClient } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-node'
import { createLog } from '@plimsoll/service'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'

import { runMessaging } from '../../test/running-messaging.ts'
import { createStore } from '../create-store.ts'
import { migrationsFolder } from '../migrate.ts'
import { Messages } from '../rpc/generated/messaging.ts'
import { storeSettingsFrom } from '../settings.ts'

let host: PostgresHost
const stack = new AsyncDisposableStack()
const patience = { timeout: 10_000, interval: 20 }

beforeAll(async () => {
  host = stack.use(await startTestPostgres())
})
afterAll(() => stack.disposeAsync())

const readiness = async (url: string) => (await fetch(`${url}/readyz`)).status

test('a store is ready once its tables are there', async () => {
  await using database = await host.createDatabase()
  const settings = storeSettingsFrom({ DATABASE_URL: database.url })
  const log = createLog({ service: 'test', level: 'silent' })
  const store = await createStore({ settings, log })
  const url = await store.service.app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    await store.service.app.close()
    await store.close()
  })
  expect(await readiness(url)).toBe(503)
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  expect(await readiness(url)).toBe(200)
})

test('a store whose database takes no writes is not ready, and leaves messages to others', async () => {
  await using messaging = await runMessaging(host, { stores: 1 })
  const [url = ''] = messaging.stores
  const client = createClient(Messages, createConnectTransport({ baseUrl: url, httpVersion: '2' }))
  const send = () => client.send({ chat: 'read:only', sender: 'read', text: 'hello' })
  expect((await send()).seq).toBe(1n)
  expect(await readiness(url)).toBe(200)
  const { name } = messaging.database
  await messaging.sql(`alter database "${name}" set default_transaction_read_only = on`)
  await messaging.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = $1 and application_name = 'messaging-store'`,
    [name],
  )
  await vi.waitFor(async () => expect(await readiness(url)).toBe(503), patience)
  await expect(send()).rejects.toMatchObject({ code: Code.Unavailable })
})
