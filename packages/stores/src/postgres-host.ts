// A database for a test file or for `up`: on the server that DATABASE_URL names, else on one of our own.
// On a named server nothing is touched but databases that were made here.

import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { PlimsollError } from '@plimsoll/workload'
import { environmentError } from './environment-error.ts'
import { openPostgres, type OpenPostgresOptions } from './open-postgres.ts'
import type { PostgresServer } from './postgres-server.ts'

/** One database, gone when it is disposed of. */
export interface PostgresDatabase extends AsyncDisposable {
  readonly name: string
  readonly url: string
}

export interface PostgresHost extends AsyncDisposable {
  /** An empty database of its own. */
  readonly url: string
  /** Null: it is the server of DATABASE_URL, which is not ours to stop or kill. */
  readonly server: PostgresServer | null
  /** Another database, empty or a copy of `template`, to which nobody may be connected. */
  createDatabase(options?: { template?: string }): Promise<PostgresDatabase>
}

/**
 * A database of its own on the server of `DATABASE_URL`, else on a server started for it. Throws
 * `database-url-invalid`, `database-unusable` and what `openPostgres` throws.
 */
export async function postgresFrom(
  env: Readonly<Record<string, string | undefined>>,
  options: OpenPostgresOptions = {},
): Promise<PostgresHost> {
  const named = env['DATABASE_URL']
  const own = named === undefined || named === ''
  if (!own) checkUrl(named)
  const server = own ? await openPostgres(options) : null
  const at = server?.url ?? named ?? ''
  try {
    const first = await createDatabase(at, {})
    return {
      url: first.url,
      server,
      createDatabase: (wanted = {}) => createDatabase(at, wanted),
      async [Symbol.asyncDispose]() {
        if (server === null) await first[Symbol.asyncDispose]()
        else await server[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await server?.[Symbol.asyncDispose]()
    throw error
  }
}

/** For tests on a real PostgreSQL: one server per test file, `await using`, ready in about a second. */
export function startTestPostgres(
  options: Pick<OpenPostgresOptions, 'settings'> = {},
): Promise<PostgresHost> {
  return postgresFrom(process.env, {
    settings: { shared_buffers: '64MB', ...options.settings },
  })
}

/** Its text is not repeated: it may hold a password. */
function checkUrl(text: string): void {
  if (/^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? '')) return
  throw new PlimsollError({
    code: 'database-url-invalid',
    blame: 'input',
    message: 'Expected DATABASE_URL to be like postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
    hint: 'Mend DATABASE_URL, or unset it to use the PostgreSQL that comes with Plimsoll.',
  })
}

async function createDatabase(
  at: string,
  { template }: { template?: string },
): Promise<PostgresDatabase> {
  const name = `plimsoll_${randomBytes(6).toString('hex')}`
  const from = template === undefined ? 'template0' : template
  await execute(at, `create database "${name}" template "${from.replaceAll('"', '""')}"`)
  const url = new URL(at)
  url.pathname = `/${name}`
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: () => execute(at, `drop database if exists "${name}" with (force)`),
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    await client.query(sql)
  } catch (cause) {
    const { host } = new URL(url)
    throw environmentError(`The PostgreSQL server at ${host} cannot be used`, cause, {
      code: 'database-unusable',
      hint: 'Check DATABASE_URL and that its user may create databases.',
    })
  } finally {
    await client.end().catch(() => {})
  }
}
