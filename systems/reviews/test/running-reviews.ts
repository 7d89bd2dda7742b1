// The service in this process, on a database of its own, for the tests of its capabilities.

import { createLog } from '@plimsoll/service'
import { migrateDatabase } from '@plimsoll/service/migrate'
import { killablePool, type PostgresDatabase, type PostgresHost } from '@plimsoll/stores'

import { createReviews } from '../src/create-reviews.ts'
import { migrationsFolder } from '../src/migrate.ts'
import { settingsFrom } from '../src/settings.ts'

/** The service, its address and a way past it into its tables. */
export interface RunningReviews extends AsyncDisposable {
  readonly url: string
  readonly database: PostgresDatabase
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
  get(path: string): Promise<{ status: number; body: Json }>
  post(body: unknown, headers?: Record<string, string>): Promise<{ status: number; body: Json }>
  put(path: string, headers?: Record<string, string>): Promise<{ status: number; body: Json }>
}

/** JSON, read with the confidence of a test. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

/** Starts the service on an empty, migrated database of `host`. */
export async function runReviews(
  host: PostgresHost,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningReviews> {
  const database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  const client = killablePool(database.url)
  const service = await serviceOn(database.url, environment)
  const { url } = service
  const call = async (path: string, init: RequestInit) => {
    const answer = await fetch(url + path, init)
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    url,
    database,
    sql: async (text, values = []) => (await client.query(text, [...values])).rows,
    get: (path) => call(path, {}),
    post: (body, headers = {}) =>
      call('/reviews', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    put: (path, headers = {}) => call(path, { method: 'PUT', headers }),
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      await client.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Starts the service on a database that is there. */
export async function serviceOn(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { readonly url: string }> {
  const reviews = await createReviews({
    settings: settingsFrom({ DATABASE_URL: databaseUrl, ...environment }),
    log: createLog({ service: 'reviews', level: 'silent' }),
  })
  const url = await reviews.service.app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    async [Symbol.asyncDispose]() {
      await reviews.service.app.close()
      await reviews.close()
    },
  }
}

/** A review that is accepted, with changes. */
export function review(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    product_id: 2,
    rating: 4,
    summary: 'It fits',
    body: 'I have worn it every day for a month now and it still looks new.',
    recommend: true,
    name: 'Ann',
    email: 'ann@example.com',
    photos: [],
    characteristics: {},
    ...changes,
  }
}

/** Gives a product these characteristics, by id, as an import does. */
export async function addCharacteristics(
  reviews: Pick<RunningReviews, 'sql'>,
  { product_id, characteristics }: { product_id: number; characteristics: Record<number, string> },
): Promise<void> {
  const zeros = Object.keys(characteristics).map(() => 0)
  await reviews.sql(
    `insert into product_figures
       (product_id, characteristic_ids, characteristic_names, answer_sums, answer_counts)
     values ($1, $2, $3, $4, $4)`,
    [product_id, Object.keys(characteristics), Object.values(characteristics), zeros],
  )
}
