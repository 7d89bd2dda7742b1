// The pool of PostgreSQL connections. Everything has a deadline: connecting, waiting for the server, and
// one statement (by the server, and a second later here, for a server that no longer answers).

import { Pool, type PoolClient } from 'pg'

import type { Connection, ConnectionSource } from './coalescer.ts'
import { positionQuery, readLogPosition, type LogPosition } from './log-position.ts'
import { failureOf, statement, StatementError, type Rows, type Statement } from './statement.ts'

export interface DatabaseOptions {
  readonly url: string
  /** Shown in pg_stat_activity. */
  readonly name: string
  readonly size: number
  /** Milliseconds. */
  readonly connectTimeout: number
  /** Milliseconds. */
  readonly statementTimeout: number
  /** Session settings of PostgreSQL beside `timezone=UTC` and `jit=off`. */
  readonly session?: Readonly<Record<string, string>>
  /** Told about idle connections that broke; the pool replaces them by itself. */
  readonly onError: (error: Error) => void
}

const currentPosition = statement('current_position', positionQuery)

/** Rows stay as text: the caller knows its columns, and converting what is not used costs. */
const asText = { getTypeParser: () => (text: string) => text }

class PooledConnection implements Connection {
  readonly client: PoolClient
  readonly #answered: () => void
  readonly #positions: WeakMap<PoolClient, LogPosition>

  constructor(
    client: PoolClient,
    known: {
      readonly answered: () => void
      /** Where the server behind a connection was last; it never goes back while the connection lives. */
      readonly positions: WeakMap<PoolClient, LogPosition>
    },
  ) {
    this.client = client
    this.#answered = known.answered
    this.#positions = known.positions
  }

  async run(statement: Statement, values: readonly unknown[]): Promise<Rows> {
    try {
      const { name, text } = statement
      const result = await this.client.query<(string | null)[]>({
        name,
        text,
        values: values as unknown[],
        rowMode: 'array',
        types: asText,
      })
      this.#answered()
      return result.rows
    } catch (error) {
      throw new StatementError(failureOf(error), error)
    }
  }

  async position(atLeast: LogPosition): Promise<LogPosition> {
    const known = this.#positions.get(this.client) ?? 0
    if (known >= atLeast) return known
    const [row] = await this.run(currentPosition, [])
    const position = readLogPosition(row?.[0]) ?? 0
    this.#positions.set(this.client, position)
    return position
  }
}

/** A pool of connections to one database, or to replicas of it behind one address. */
export class Database implements ConnectionSource, AsyncDisposable {
  readonly #pool: Pool
  readonly #opened = performance.now()
  #busy = 0
  #busySeconds = 0
  #busySince = 0
  #lastAnswer = -Infinity
  readonly #answered = () => void (this.#lastAnswer = performance.now())
  readonly #positions = new WeakMap<PoolClient, LogPosition>()

  constructor(options: DatabaseOptions) {
    const session = { timezone: 'UTC', jit: 'off', ...options.session }
    this.#pool = new Pool({
      connectionString: options.url,
      application_name: options.name,
      max: options.size,
      idleTimeoutMillis: 0,
      keepAlive: true,
      connectionTimeoutMillis: options.connectTimeout,
      statement_timeout: options.statementTimeout,
      query_timeout: options.statementTimeout + 1_000,
      options: Object.entries(session)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    })
    this.#pool.on('error', options.onError)
    // A connection in use may break as well; the statement it carries is told, this keeps the process.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
  }

  get size(): number {
    return this.#pool.options.max
  }

  /** Connection-seconds since the start: those in use, and those there could have been. */
  used(): { readonly busy: number; readonly capacity: number } {
    this.#countBusy(0)
    return {
      busy: this.#busySeconds,
      capacity: (this.size * (this.#busySince - this.#opened)) / 1e3,
    }
  }

  async acquire(): Promise<PooledConnection> {
    const client = await this.#pool.connect()
    this.#countBusy(1)
    return new PooledConnection(client, { answered: this.#answered, positions: this.#positions })
  }

  release(connection: Connection): void {
    this.#countBusy(-1)
    ;(connection as PooledConnection).client.release()
  }

  discard(connection: Connection): void {
    this.#countBusy(-1)
    ;(connection as PooledConnection).client.release(true)
  }

  /** The area under the number of connections in use: a look at one instant tells little of a small pool. */
  #countBusy(change: number): void {
    const now = performance.now()
    this.#busySeconds += (this.#busy * (now - this.#busySince)) / 1e3
    this.#busySince = now
    this.#busy += change
  }

  /** Runs one statement by itself, on whichever connection is free. Rejects with `StatementError`. */
  async run(statement: Statement, values: readonly unknown[]): Promise<Rows> {
    const connection = await this.acquire().catch((error: unknown) => {
      throw new StatementError('unavailable', error)
    })
    try {
      const rows = await connection.run(statement, values)
      this.release(connection)
      return rows
    } catch (error) {
      if (error instanceof StatementError && error.failure !== 'lost') this.release(connection)
      else this.discard(connection)
      throw error
    }
  }

  /** Opens every connection now, so that the first requests need not. Resolves also when it cannot. */
  async warmUp(): Promise<void> {
    const opening = Array.from({ length: this.size }, () => this.acquire())
    for (const opened of await Promise.allSettled(opening)) {
      if (opened.status === 'fulfilled') this.release(opened.value)
    }
  }

  /** Whether it answered anything in the last so many milliseconds. */
  hasAnsweredWithin(ms: number): boolean {
    return performance.now() - this.#lastAnswer < ms
  }

  /** Whether the database answers. An answer in the last second counts, so a busy pool stays healthy. */
  async isAnswering(deadline: number): Promise<boolean> {
    if (this.hasAnsweredWithin(1_000)) return true
    const late = new Promise<false>((resolve) => setTimeout(resolve, deadline, false).unref())
    const asked = this.run({ name: 'is_answering', text: 'select 1' }, []).then(
      () => true,
      () => false,
    )
    return await Promise.race([asked, late])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end()
  }
}
