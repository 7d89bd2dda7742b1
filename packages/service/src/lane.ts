// A lane is one statement that many requests share, and the requests waiting for it. Requests whose cost
// differs belong in different lanes.

import type { LogPosition } from './log-position.ts'
import type { Rows, Statement } from './statement.ts'

/** What a lane does with a batch. All functions are pure. */
export interface LaneOptions<Request, Answer> {
  readonly statement: Statement
  /** A write whose connection is lost is never sent again; a read is, once. */
  readonly kind: 'read' | 'write'
  /** About how many bytes the request adds to the statement. */
  readonly bytes: (request: Request) => number
  /** The parameters for a batch; row n of the batch has position n + 1. */
  readonly bind: (requests: readonly Request[]) => unknown[]
  /** The most one statement carries; 256 requests or 1 MiB unless set. Less where a request costs more. */
  readonly batch?: BatchLimits
  /** One answer per request, in their order. A refusal of one row is an answer too. */
  readonly answers: (rows: Rows, requests: readonly Request[]) => readonly Answer[]
}

/** A request that has not been answered. Times are monotonic, in milliseconds. */
export interface Waiting {
  readonly request: unknown
  readonly bytes: number
  /** What it must see; a server that does not show it yet is not asked. */
  readonly after: LogPosition
  readonly since: number
  readonly expires: number
  readonly resolve: (answer: unknown) => void
  readonly reject: (reason: Error) => void
  /** How often it has been sent and its connection lost. */
  lost: number
}

/** Most requests and bytes of one statement. */
export interface BatchLimits {
  readonly requests: number
  readonly bytes: number
}

const usualLimits: BatchLimits = { requests: 256, bytes: 1_048_576 }

/** Requests of one statement, first come first served. */
export class Lane {
  readonly options: LaneOptions<unknown, unknown>
  /** Requests and statements sent, for the metrics. */
  sent = { requests: 0, statements: 0 }
  #waiting: Waiting[] = []

  constructor(options: LaneOptions<unknown, unknown>) {
    this.options = options
  }

  get length(): number {
    return this.#waiting.length
  }

  /** When the first has been waiting since; Infinity when empty. */
  get since(): number {
    return this.#waiting[0]?.since ?? Infinity
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting)
  }

  /** Puts requests that were not carried out back in front. */
  putBack(waiting: readonly Waiting[]): void {
    this.#waiting = [...waiting, ...this.#waiting]
  }

  /** Takes the first requests, as many as one statement may carry and at least one. */
  take(): Waiting[] {
    const limits = this.options.batch ?? usualLimits
    let bytes = 0
    let count = 0
    for (const { bytes: own } of this.#waiting) {
      bytes += own
      if (count > 0 && (bytes > limits.bytes || count === limits.requests)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  /** Takes out those whose time has passed. */
  takeExpired(now: number): Waiting[] {
    if (!this.#waiting.some(({ expires }) => expires <= now)) return []
    const expired = this.#waiting.filter(({ expires }) => expires <= now)
    this.#waiting = this.#waiting.filter(({ expires }) => expires > now)
    return expired
  }

  takeAll(): Waiting[] {
    return this.#waiting.splice(0)
  }
}
