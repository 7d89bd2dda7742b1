// The pool of PostgreSQL connections. Everything has a deadline: connecting, waiting for the server, and
// one statement (by the server, and a second later here, for a server that no longer answers).

import { Pool, type Client, type PoolClient, type QueryConfig } from 'pg'

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

/** What every connection of a pool knows. */
interface PoolGround {
  readonly answered: () => void
  /** Where the server behind a connection was last; it never goes back while the connection lives. */
  readonly positions: WeakMap<PoolClient, LogPosition>
  /** Longer than the server's own limit, in milliseconds: then the server is not there any more. */
  readonly answerWithin: number
}

/** A connection that is lent: give it back with `release`, or with `discard` where it may be in the middle of something. */
export class PooledConnection implements Connection {
  readonly client: PoolClient
  readonly #ground: PoolGround

  constructor(client: PoolClient, ground: PoolGround) {
    this.client = client
    this.#ground = ground
  }

  async run({ name, text }: Statement, values: readonly unknown[]): Promise<Rows> {
    const query = { name, text, values: values as unknown[], types: asText }
    return await this.#ask<(string | null)[]>({ ...query, rowMode: 'array' })
  }

  /** A statement that is not prepared; rows as the driver converts them. Rejects with `StatementError`. */
  async query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return await this.#ask<Row>({ text, values: values as unknown[] })
  }

  /** Ends the connection when this does not end in time, so that it does. */
  async inTime<T>(answer: Promise<T>): Promise<T> {
    // A lent connection can be ended too; the types of the driver only name what is usual.
    const client = this.client as unknown as Client
    const late = setTimeout(
      () => void client.end().catch(() => undefined),
      this.#ground.answerWithin,
    )
    try {
      return await answer
    } finally {
      clearTimeout(late)
    }
  }

  /**
   * Asks with a callback: where the driver makes the promise, or keeps the time, it hangs a closure on the query that
   * V8 allocates as old, and all rows and values of the query live until the next full collection (decision 0018).
   */
  async #ask<Row>(query: QueryConfig & { readonly rowMode?: 'array' }): Promise<Row[]> {
    try {
      const answer = new Promise<Row[]>((resolve, reject) => {
        this.client.query(query, (error: Error | null, result: { rows: unknown[] }) => {
          if (error === null) resolve(result.rows as Row[])
          else reject(error)
        })
      })
      const rows = await this.inTime(answer)
      this.#ground.answered()
      return rows
    } catch (error) {
      throw new StatementError(failureOf(error), error)
    }
  }

  async position(atLeast: LogPosition): Promise<LogPosition> {
    const { positions } = this.#ground
    const known = positions.get(this.client) ?? 0
    if (known >= atLeast) return known
    const [row] = await this.run(currentPosition, [])
    const position = readLogPosition(row?.[0]) ?? 0
    positions.set(this.client, position)
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
  readonly #ground: PoolGround

  constructor(options: DatabaseOptions) {
    this.#ground = {
      answered: () => void (this.#lastAnswer = performance.now()),
      positions: new WeakMap(),
      answerWithin: options.statementTimeout + 1_000,
    }
    const session = { timezone: 'UTC', jit: 'off', ...options.session }
    this.#pool = new Pool({
      connectionString: options.url,
      application_name: options.name,
      max: options.size,
      idleTimeoutMillis: 0,
      keepAlive: true,
      connectionTimeoutMillis: options.connectTimeout,
      statement_timeout: options.statementTimeout,
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
    return new PooledConnection(client, this.#ground)
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
