// Instances of the service in this process, on a database of their own, for the tests of its capabilities.

import { createLog } from '@plimsoll/service'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { killablePool, type PostgresDatabase, type PostgresHost } from '@plimsoll/stores'

import { createHelpdesk } from '../src/create-helpdesk.ts'
import { migrationsFolder } from '../src/migrate.ts'
import { settingsFrom } from '../src/settings.ts'

/** JSON, read with the confidence of a test. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

/** One user with a token, talking to one instance. */
export interface Caller {
  readonly id: string
  readonly username: string
  readonly token: string
  readonly cookie: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  put(path: string, body?: unknown): Promise<Answer>
  /** The same user on another instance. */
  at(url: string): Caller
}

/** Instances on one database. */
export interface RunningHelpdesk extends AsyncDisposable {
  readonly url: string
  readonly urls: readonly string[]
  readonly database: PostgresDatabase
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /** A new user. */
  register(username?: string): Promise<Caller>
}

export const tokenSecret = 'a secret for tests, long enough for HS256'

/** One request; the body is sent as JSON unless it is text. */
export async function call(url: string, init: RequestInit & { json?: unknown }): Promise<Answer> {
  const { json, ...rest } = init
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(20_000),
    ...rest,
    ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(rest.headers as Record<string, string> | undefined),
    },
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

/** Starts instances on an empty, migrated database of `host`. */
export async function runHelpdesk(
  host: PostgresHost,
  {
    instances = 1,
    environment = {},
  }: { instances?: number; environment?: Record<string, string> } = {},
): Promise<RunningHelpdesk> {
  const database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  const pool = killablePool(database.url)
  const services = await Promise.all(
    Array.from({ length: instances }, () => serviceOn(database.url, environment)),
  )
  const urls = services.map(({ url }) => url)
  const url = urls[0] ?? ''
  let users = 0
  return {
    url,
    urls,
    database,
    sql: async (text, values = []) => (await pool.query(text, [...values])).rows,
    register: async (username = `person_${++users}`) => await registered(url, username),
    async [Symbol.asyncDispose]() {
      for (const service of services) await service[Symbol.asyncDispose]()
      await pool.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Starts one more instance on a database that is there. */
export async function serviceOn(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { readonly url: string }> {
  const helpdesk = await createHelpdesk({
    settings: settingsFrom({
      DATABASE_URL: databaseUrl,
      TOKEN_SECRET: tokenSecret,
      ...environment,
    }),
    log: createLog({ service: 'helpdesk', level: 'silent' }),
  })
  const url = await helpdesk.service.app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    async [Symbol.asyncDispose]() {
      helpdesk.drain()
      helpdesk.service.app.server.closeAllConnections()
      await helpdesk.service.app.close()
      await helpdesk.close()
    },
  }
}

/** Registers a user by the front door. */
export async function registered(url: string, username: string): Promise<Caller> {
  const json = { username, password: 'correct horse' }
  const { status, body, headers } = await call(`${url}/auth/register`, { method: 'POST', json })
  if (status !== 201) throw new Error(`register answered ${status}: ${JSON.stringify(body)}`)
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  return callerAt(url, { id: String(body.user.id), username, token: body.token, cookie })
}

/** Somebody with a token, talking to an instance. */
export function callerAt(
  url: string,
  who: Pick<Caller, 'id' | 'username' | 'token' | 'cookie'>,
): Caller {
  const authorization = `Bearer ${who.token}`
  const send = (method: string) => (path: string, json?: unknown) =>
    call(url + path, { method, json, headers: { authorization } })
  return {
    ...who,
    get: (path, headers = {}) => call(url + path, { headers: { authorization, ...headers } }),
    post: send('POST'),
    put: send('PUT'),
    at: (other) => callerAt(other, who),
  }
}

/** A conversation that waits, and its id. */
export async function ask(caller: Caller, title = 'Help, please'): Promise<string> {
  const { status, body } = await caller.post('/conversations', { title })
  if (status !== 201) throw new Error(`POST /conversations answered ${status}`)
  return body.id
}
