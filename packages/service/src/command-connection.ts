// One connection for one command. The server watches it too: when this process dies in the middle of a
// long statement, the statement ends within a second and its locks with it.

import { Client } from 'pg'
import { unusableInput } from './command-error.ts'

const connectTimeout = 10_000
/** A machine that is gone says nothing; after half a minute each side knows. */
const keepAlives =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4 -c tcp_user_timeout=30000'

/** A connection that is closed when it is disposed of. */
export interface CommandConnection extends AsyncDisposable {
  readonly client: Client
}

export interface CommandConnectionOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** How the database's own lists name the connection. */
  readonly name: string
  /** Aborting it cuts the connection at once. */
  readonly signal: AbortSignal
}

/** Connects to `DATABASE_URL`. Throws a CommandError when it is not set. */
export async function connectCommand({
  env,
  name,
  signal,
}: CommandConnectionOptions): Promise<CommandConnection> {
  const connectionString = env['DATABASE_URL']
  if (!/^postgres(ql)?:\/\//.test(connectionString ?? '')) {
    throw unusableInput(
      'DATABASE_URL is needed: where PostgreSQL is, e.g. postgres://user:password@127.0.0.1:5432/name.',
    )
  }
  const client = new Client({
    connectionString,
    application_name: name,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: `-c timezone=UTC -c jit=off -c client_connection_check_interval=1000 ${keepAlives}`,
  })
  // Whoever waits for an answer is told by its own promise.
  client.on('error', () => undefined)
  await client.connect()
  const close = () => client.end().catch(() => undefined)
  const cut = () => void close()
  signal.addEventListener('abort', cut, { once: true })
  return {
    client,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', cut)
      await close()
    },
  }
}
