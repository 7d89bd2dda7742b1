// An edge and stores in this process, on a database of their own, for the tests of capabilities.

import { createLog } from '@plimsoll/service'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { freePort, killablePool, type PostgresDatabase, type PostgresHost } from '@plimsoll/stores'

import { createEdge } from '../src/create-edge.ts'
import { createStore } from '../src/create-store.ts'
import { migrationsFolder } from '../src/migrate.ts'
import { edgeSettingsFrom, storeSettingsFrom } from '../src/settings.ts'

/** JSON, read with the confidence of a test. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

/** What a call came to. */
export interface Answer {
  readonly status: number
  readonly body: Json
}

/** The service, its addresses and a way past it into its tables. */
export interface RunningMessaging extends AsyncDisposable {
  readonly url: string
  readonly stores: readonly string[]
  readonly database: PostgresDatabase
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  send(chat: string, sender: string, text: string, client_id?: string): Promise<Answer>
}

export interface RunOptions {
  readonly stores?: number
  /** Stores that an edge knows as well, and whose database is away. */
  readonly storesWithoutDatabase?: number
  /** Settings of the edge. */
  readonly edge?: Readonly<Record<string, string>>
  /** Settings of each store. */
  readonly store?: Readonly<Record<string, string>>
}

/** Starts stores and an edge on an empty, migrated database of `host`. */
export async function runMessaging(
  host: PostgresHost,
  { stores: count = 2, storesWithoutDatabase = 0, edge = {}, store: given = {} }: RunOptions = {},
): Promise<RunningMessaging> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await host.createDatabase())
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  const client = killablePool(database.url)
  stack.defer(() => client.end())
  const log = createLog({ service: 'messaging', level: 'silent' })
  const stores: string[] = []
  const nowhere = `postgres://127.0.0.1:${await freePort()}/nothing`
  for (let n = 0; n < count + storesWithoutDatabase; n++) {
    const DATABASE_URL = n < count ? database.url : nowhere
    const settings = storeSettingsFrom({ DATABASE_URL, ...given })
    const store = await createStore({ settings, log })
    stores.push(await store.service.app.listen({ host: '127.0.0.1', port: 0 }))
    stack.defer(async () => {
      await store.service.app.close()
      await store.close()
    })
  }
  const settings = edgeSettingsFrom({ STORES: stores.join(','), ...edge })
  const part = await createEdge({ settings, log, clock: () => Date.now() })
  const url = await part.service.app.listen({ host: '127.0.0.1', port: 0 })
  stack.defer(async () => {
    await part.drain()
    await part.service.app.close()
    await part.close()
  })
  const owned = stack.move()
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    call(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    url,
    stores,
    database,
    sql: async (text, values = []) =>
      (await client.query<Record<string, unknown>>(text, [...values])).rows,
    get: (path, headers = {}) => call(url + path, { headers }),
    post,
    send: (chat, sender, text, client_id) => post('/api/send', { chat, sender, text, client_id }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function call(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init)
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}
