// Instances of the service in this process, on a database of their own, for the tests of its capabilities.

import { createLog, type Terminal } from '@plimsoll/service'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { Tokens } from '@plimsoll/service/tokens'
import { killablePool, type PostgresDatabase, type PostgresHost } from '@plimsoll/stores'

import { createCampaign } from '../src/create-campaign.ts'
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
  readonly user_name: string
  readonly token: string
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
  /** A form, with an image if it is given one. */
  upload(fields: Record<string, string>, image?: Uint8Array, name?: string): Promise<Answer>
  /** The same user on another instance. */
  at(url: string): Caller
}

/** Instances on one database. */
export interface RunningCampaign extends AsyncDisposable {
  readonly url: string
  readonly urls: readonly string[]
  readonly database: PostgresDatabase
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /** So many new users, without hashing a password for each. */
  crowd(count: number, options?: { isOld?: boolean; prefix?: string }): Promise<Caller[]>
}

export const tokenSecret = 'a secret for tests, long enough for HS256'

/** One request; the body is sent as JSON unless it is text. */
export async function call(url: string, init: RequestInit & { json?: unknown }): Promise<Answer> {
  const { json, ...rest } = init
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(20_000),
    redirect: 'error',
    ...rest,
    ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(rest.headers as Record<string, string> | undefined),
    },
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  return {
    status: answer.status,
    headers: answer.headers,
    body: isJson ? JSON.parse(text) : text,
  }
}

/** Starts instances on an empty, migrated database of `host`. */
export async function runCampaign(
  host: PostgresHost,
  {
    instances = 1,
    environment = {},
  }: { instances?: number; environment?: Record<string, string> } = {},
): Promise<RunningCampaign> {
  const database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  const pool = killablePool(database.url)
  const services = await Promise.all(
    Array.from({ length: instances }, () => serviceOn(database.url, environment)),
  )
  const urls = services.map(({ url }) => url)
  const url = urls[0] ?? ''
  const sql = async (text: string, values: readonly unknown[] = []) =>
    (await pool.query(text, [...values])).rows as Record<string, unknown>[]
  return {
    url,
    urls,
    database,
    sql,
    crowd: (count, options = {}) => crowdOf({ sql, url }, count, options),
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
  port = 0,
): Promise<AsyncDisposable & { readonly url: string }> {
  const campaign = await createCampaign({
    settings: settingsFrom({
      DATABASE_URL: databaseUrl,
      TOKEN_SECRET: tokenSecret,
      ...environment,
    }),
    log: createLog({ service: 'campaign', level: process.env['LOG_LEVEL'] ?? 'silent' }),
  })
  const url = await campaign.service.app.listen({ host: '127.0.0.1', port })
  return {
    url,
    async [Symbol.asyncDispose]() {
      campaign.drain()
      campaign.service.app.server.closeAllConnections()
      await campaign.service.app.close()
      await campaign.close()
    },
  }
}

let crowds = 0

/** Rows as registration writes them, and a token for each. */
export async function crowdOf(
  { sql, url }: Pick<RunningCampaign, 'sql' | 'url'>,
  count: number,
  { isOld = false, prefix = `crowd_${++crowds}` }: { isOld?: boolean; prefix?: string },
): Promise<Caller[]> {
  const rows = await sql(
    `with made as (
       insert into users (user_name, name_key, password_digest, is_old_customer)
       select $2 || '_' || n, $2 || '_' || n, 'none', $3 from generate_series(1, $1::integer) as n
       returning id, user_name
     ) select id::text, user_name from made order by id`,
    [count, prefix, isOld],
  )
  return await Promise.all(
    rows.map(async (row) => {
      const id = String(row['id'])
      const user_name = String(row['user_name'])
      return callerAt(url, { id, user_name, token: await tokenOf({ id, user_name }) })
    }),
  )
}

/** A token as the service issues it. */
export function tokenOf(
  { id, user_name }: Pick<Caller, 'id' | 'user_name'>,
  lifetime_seconds = 1_800,
): Promise<string> {
  const tokens = new Tokens<null>({
    secret: tokenSecret,
    lifetime_seconds,
    remembered: 1,
    identityOf: () => null,
    now: Date.now,
  })
  return tokens.issue({ sub: user_name, user_id: Number(id) })
}

/** Where a command runs on the database of a campaign; what it says is kept. */
export function terminalOf({ database }: RunningCampaign): Terminal & { readonly said: string[] } {
  const said: string[] = []
  const write = (text: string) => said.push(text) > 0
  const terminal = {
    said,
    env: { DATABASE_URL: database.url },
    stdout: { write },
    stderr: { write },
    once: () => terminal as never,
    off: () => terminal as never,
  }
  return terminal
}

/** Registers by the front door and logs in. */
export async function registered(url: string, user_name: string): Promise<Caller> {
  const json = { user_name, password: 'correct horse' }
  const made = await call(`${url}/api/auth/register`, { method: 'POST', json })
  if (made.status !== 200) throw new Error(`register answered ${made.status}`)
  const entered = await call(`${url}/api/auth/login`, { method: 'POST', json })
  return callerAt(url, { id: '', user_name, token: entered.body.access_token })
}

/** Somebody with a token, talking to an instance. */
export function callerAt(url: string, who: Pick<Caller, 'id' | 'user_name' | 'token'>): Caller {
  const headers = { authorization: `Bearer ${who.token}` }
  return {
    ...who,
    get: (path) => call(url + path, { headers }),
    post: (path, json) => call(url + path, { method: 'POST', json, headers }),
    delete: (path) => call(url + path, { method: 'DELETE', headers }),
    upload: (fields, image, name = 'photo') => {
      const form = new FormData()
      for (const [field, value] of Object.entries(fields)) form.append(field, value)
      if (image !== undefined) form.append('image', new Blob([new Uint8Array(image)]), name)
      return call(`${url}/api/user/upload-post`, { method: 'POST', body: form, headers })
    },
    at: (other) => callerAt(other, who),
  }
}
