// The API and a worker in this process, on a database and a queue of their own, for the tests of capabilities.

import { createLog } from '@plimsoll/service'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { killablePool, until, type PostgresDatabase, type PostgresHost } from '@plimsoll/stores'

import { createApi } from '../src/create-api.ts'
import { createWorker, type WorkerService } from '../src/create-worker.ts'
import { migrationsFolder } from '../src/migrate.ts'
import { apiSettingsFrom, workerSettingsFrom } from '../src/settings.ts'

/** JSON, read with the confidence of a test. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

/** What a call came to. */
export interface Answer {
  readonly status: number
  readonly body: Json
  readonly headers: Headers
}

/** The service, its address and a way past it into its tables. */
export interface RunningLogging extends AsyncDisposable {
  readonly url: string
  readonly environment: Readonly<Record<string, string>>
  readonly database: PostgresDatabase
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Starts a worker; without one nothing leaves the queue. */
  work(environment?: Readonly<Record<string, string>>): Promise<WorkerService & AsyncDisposable>
  /** Resolves when as many records are stored. */
  stored(count: number): Promise<void>
}

let queues = 0

/** Starts the API on an empty, migrated database of `host` and a queue of its own at `endpoint`. */
export async function runLogging(
  { host, endpoint }: { host: PostgresHost; endpoint: string },
  changes: Readonly<Record<string, string>> = {},
): Promise<RunningLogging> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await host.createDatabase())
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  const environment = {
    DATABASE_URL: database.url,
    SQS_ENDPOINT: endpoint,
    QUEUE_URL: `${endpoint}/000000000000/logs-${++queues}`,
    WAIT_SECONDS: '1',
    ...changes,
  }
  const client = killablePool(database.url)
  stack.defer(() => client.end())
  const log = createLog({ service: 'logging', level: 'silent' })
  const clock = () => Date.now()
  const api = await createApi({ settings: apiSettingsFrom(environment), log, clock })
  const url = await api.service.app.listen({ host: '127.0.0.1', port: 0 })
  stack.defer(async () => {
    await api.service.app.close()
    await api.close()
  })
  const sql = async (text: string, values: readonly unknown[] = []) =>
    (await client.query<Record<string, unknown>>(text, [...values])).rows
  const owned = stack.move()
  return {
    url,
    environment,
    database,
    sql,
    get: (path, headers = {}) => call(url + path, { headers }),
    post: (path, body, headers = {}) =>
      call(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    async work(more = {}) {
      const settings = workerSettingsFrom({ ...environment, ...more })
      const worker = await createWorker({ settings, log, clock })
      return {
        ...worker,
        async [Symbol.asyncDispose]() {
          worker.drain()
          await worker.service.app.close()
          await worker.close()
        },
      }
    },
    async stored(count) {
      const isStored = async () =>
        Number((await sql('select count(*) as n from logs'))[0]?.['n']) >= count
      if (!(await until(isStored, { deadline_ms: 10_000 }))) {
        throw new Error(`fewer than ${count} records are stored`)
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function call(url: string, init: RequestInit): Promise<Answer> {
  const { status, headers, ...answer } = await send(url, init)
  return { status, headers, body: answer.text === '' ? undefined : JSON.parse(answer.text) }
}

async function send(url: string, init: RequestInit) {
  const answer = await fetch(url, init)
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}
