// Coalescing: requests that arrive while the database is busy share the next statement. What holds:
//
// (a) a request joins only a statement that has not been sent, so a read after an acknowledged write sees it;
// (b) a refused row is that row's error, its neighbours commit: statements report per row, and one that is
//     refused as a whole was rolled back, so its halves are tried by themselves;
// (c) rows are locked in key order: the SQL's part, a deadlock is tried again all the same;
// (d) a lost connection during a write is unknown for each row, and never sent again; a read is, once;
// (e) 256 requests or 1 MiB per statement, a bounded queue, 503 beyond, an expired request is withdrawn;
// (f) statements of different cost never share one: each has its lane;
// (g) an idle connection sends at once. "At once" is the end of this turn of the event loop, so that the
//     requests which arrived together go together; nothing waits for a timer.

import type { LogPosition } from './log-position.ts'
import { Lane, type LaneOptions, type Waiting } from './lane.ts'
import { outcomeUnknown, unavailable } from './problem.ts'
import { StatementError, type Rows, type Statement } from './statement.ts'

/** One connection that runs statements one at a time, each in its own transaction. */
export interface Connection {
  /** Rejects with `StatementError`. */
  run(statement: Statement, values: readonly unknown[]): Promise<Rows>
  /**
   * Where its server stands in the log, a replica by what it has replayed; not asked anew when it is known to
   * have been at `atLeast`. Rejects with `StatementError`.
   */
  position(atLeast: LogPosition): Promise<LogPosition>
}

/** The server does not show yet what the request must see: nothing was sent. */
export class BehindError extends Error {}

/** Where connections come from. */
export interface ConnectionSource {
  readonly size: number
  /** Rejects when no connection can be had; nothing was sent then. */
  acquire(): Promise<Connection>
  release(connection: Connection): void
  /** Ends a connection that cannot be used again. */
  discard(connection: Connection): void
}

export interface CoalescerOptions {
  readonly connections: ConnectionSource
  /** Requests that may wait, over all lanes. */
  readonly queueLimit: number
  /** How long a request may wait before it is withdrawn, in milliseconds. */
  readonly queueTimeout: number
  /** Monotonic milliseconds. */
  readonly now?: () => number
  /** Resolves when the requests that arrived together are all queued. */
  readonly turn?: () => Promise<void>
}

/** What the metrics tell about waiting and sharing. */
export interface CoalescerFigures {
  readonly waiting: number
  readonly waited: { readonly seconds: number; readonly count: number }
  readonly lanes: readonly {
    readonly name: string
    readonly requests: number
    readonly statements: number
  }[]
}

const conflictTries = 5
const pauseAfterFailedConnect = 200
const slowConnect = 20

/** Shares statements among requests. Dispose of it to refuse what is waiting. */
export class Coalescer implements Disposable {
  readonly #connections: ConnectionSource
  readonly #queueLimit: number
  readonly #queueTimeout: number
  readonly #now: () => number
  readonly #turn: () => Promise<void>
  readonly #lanes: Lane[] = []
  readonly #sweep: NodeJS.Timeout
  readonly #waited = { seconds: 0, count: 0 }
  #queued = 0
  /** Leases that hold a connection or are about to. */
  #leases = 0
  /** True while a lease has yet to take its batch: a second one would only split it. */
  #arming = false
  #armingSince = 0
  #unreachableUntil = 0

  constructor({ connections, queueLimit, queueTimeout, now, turn }: CoalescerOptions) {
    this.#connections = connections
    this.#queueLimit = queueLimit
    this.#queueTimeout = queueTimeout
    this.#now = now ?? (() => performance.now())
    this.#turn = turn ?? (() => new Promise((resolve) => setImmediate(resolve)))
    // Withdraws requests while every connection is stuck; sending itself never waits for it.
    this.#sweep = setInterval(() => this.withdrawExpired(), 100).unref()
  }

  /** Opens a lane: the function submits one request and resolves to its answer, or rejects. */
  lane<Request, Answer>(
    options: LaneOptions<Request, Answer>,
  ): (request: Request) => Promise<Answer> {
    const submit = this.laneAfter(options)
    return (request) => submit(request, 0)
  }

  /** A lane whose requests say what they must see. One that its server does not show yet: `BehindError`. */
  laneAfter<Request, Answer>(
    options: LaneOptions<Request, Answer>,
  ): (request: Request, after: LogPosition) => Promise<Answer> {
    const lane = new Lane(options as unknown as LaneOptions<unknown, unknown>)
    this.#lanes.push(lane)
    return (request, after) =>
      new Promise((resolve, reject) => {
        const now = this.#now()
        const refusal = this.#refusal(now)
        if (refusal !== undefined) {
          reject(unavailable(refusal))
          return
        }
        lane.push({
          request,
          bytes: options.bytes(request),
          after,
          since: now,
          expires: now + this.#queueTimeout,
          resolve: resolve as (answer: unknown) => void,
          reject,
          lost: 0,
        })
        this.#queued++
        this.#pump()
      })
  }

  /** Refuses the requests that have waited too long. */
  withdrawExpired(): void {
    if (this.#queued === 0) return
    const now = this.#now()
    for (const lane of this.#lanes) {
      this.#refuse(lane.takeExpired(now), 'The database is busy: the request waited too long.')
    }
  }

  /** Counters since the start. */
  figures(): CoalescerFigures {
    return {
      waiting: this.#queued,
      waited: { ...this.#waited },
      lanes: this.#lanes.map(({ options, sent }) => ({ name: options.statement.name, ...sent })),
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#sweep)
    for (const lane of this.#lanes) this.#refuse(lane.takeAll(), 'The service is stopping.')
  }

  #refusal(now: number): string | undefined {
    if (this.#queued >= this.#queueLimit) return 'Too many requests are waiting.'
    if (this.#leases === 0 && now < this.#unreachableUntil) return 'The database cannot be reached.'
    return undefined
  }

  #refuse(waiting: readonly Waiting[], detail: string): void {
    this.#queued -= waiting.length
    for (const { reject } of waiting) reject(unavailable(detail))
  }

  #pump(): void {
    if (this.#queued === 0 || this.#leases >= this.#connections.size) return
    const now = this.#now()
    // A connection that is slow to come does not keep the others from being used.
    if (this.#arming && now - this.#armingSince < slowConnect) return
    this.#arming = true
    this.#armingSince = now
    this.#leases++
    void this.#lease()
  }

  /** Holds one connection for as long as there is something to send. Never rejects. */
  async #lease(): Promise<void> {
    const connection = await this.#connections.acquire().catch(() => undefined)
    if (connection === undefined) {
      this.#arming = false
      this.#leases--
      if (this.#leases > 0) return
      this.#unreachableUntil = this.#now() + pauseAfterFailedConnect
      for (const lane of this.#lanes)
        this.#refuse(lane.takeAll(), 'The database cannot be reached.')
      return
    }
    let usable = true
    for (let first = true; usable; first = false) {
      await this.#turn()
      const next = this.#next()
      if (first) this.#arming = false
      if (next === undefined) break
      this.#pump()
      usable = await this.#sendToShown(connection, next.lane, next.batch)
    }
    this.#leases--
    if (usable) this.#connections.release(connection)
    else this.#connections.discard(connection)
    this.#pump()
  }

  /** The batch of the lane whose first request has waited longest. */
  #next(): { lane: Lane; batch: Waiting[] } | undefined {
    this.withdrawExpired()
    if (this.#queued === 0) return undefined
    const lane = this.#lanes.reduce((oldest, lane) => (lane.since < oldest.since ? lane : oldest))
    const batch = lane.take()
    this.#queued -= batch.length
    const now = this.#now()
    for (const { since } of batch) this.#waited.seconds += (now - since) / 1000
    this.#waited.count += batch.length
    return { lane, batch }
  }

  /** Sends those whose past the server shows. False when the connection is lost. */
  async #sendToShown(connection: Connection, lane: Lane, batch: Waiting[]): Promise<boolean> {
    const wanted = Math.max(...batch.map(({ after }) => after))
    if (wanted === 0) return await this.#send(connection, lane, batch)
    let position: LogPosition
    try {
      position = await connection.position(wanted)
    } catch {
      this.#lose(lane, batch)
      return false
    }
    for (const { after, reject } of batch) if (after > position) reject(new BehindError())
    const shown = batch.filter(({ after }) => after <= position)
    return shown.length === 0 || (await this.#send(connection, lane, shown))
  }

  /** Sends a batch, in halves if it is refused as a whole. False when the connection is lost. */
  async #send(connection: Connection, lane: Lane, batch: Waiting[]): Promise<boolean> {
    const error = await this.#try(connection, lane, batch)
    if (error === undefined) return true
    if (error.failure === 'lost') {
      this.#lose(lane, batch)
      return false
    }
    if (error.failure === 'refused' && batch.length > 1) {
      const middle = batch.length >> 1
      if (await this.#send(connection, lane, batch.slice(0, middle))) {
        return await this.#send(connection, lane, batch.slice(middle))
      }
      this.#putBack(lane, batch.slice(middle)) // The second half was never sent.
      return false
    }
    const reason = error.failure === 'unavailable' ? unavailable('The database is busy.') : error
    for (const { reject } of batch) reject(reason)
    return true
  }

  async #try(
    connection: Connection,
    lane: Lane,
    batch: Waiting[],
  ): Promise<StatementError | undefined> {
    const { statement, bind, answers } = lane.options
    const requests = batch.map(({ request }) => request)
    for (let tries = 1; ; tries++) {
      lane.sent.requests += batch.length
      lane.sent.statements++
      try {
        const rows = await connection.run(statement, bind(requests))
        const found = answers(rows, requests)
        for (let i = 0; i < batch.length; i++) batch[i]?.resolve(found[i])
        return undefined
      } catch (error) {
        if (!(error instanceof StatementError)) return new StatementError('broken', error)
        if (error.failure !== 'conflict' || tries === conflictTries) return error
      }
    }
  }

  #lose(lane: Lane, batch: Waiting[]): void {
    const again = lane.options.kind === 'read' ? batch.filter(({ lost }) => lost === 0) : []
    for (const waiting of batch) {
      if (lane.options.kind === 'write') waiting.reject(outcomeUnknown())
      else if (waiting.lost > 0)
        waiting.reject(unavailable('The connection to the database was lost.'))
      waiting.lost++
    }
    this.#putBack(lane, again)
  }

  #putBack(lane: Lane, batch: Waiting[]): void {
    lane.putBack(batch)
    this.#queued += batch.length
  }
}
