// A replica that may be read, with a pool and a coalescer of its own. When it does not answer it is left alone and
// asked once a second, off the way of requests, until it does.
//
//   asked ──an answer failed, or came too late──▶ left alone ──it answers again──▶ asked

import { Coalescer } from './coalescer.ts'
import { Database } from './database.ts'
import type { LaneOptions } from './lane.ts'
import type { LogPosition } from './log-position.ts'
import { unavailable } from './problem.ts'

export interface ReaderOptions {
  readonly url: string
  /** Shown in pg_stat_activity. */
  readonly name: string
  readonly size: number
  /** Milliseconds. */
  readonly connectTimeout: number
  /** How long one read may take before it is asked of the writer instead, in milliseconds. */
  readonly patience: number
  /** Requests that may wait for a connection. */
  readonly queueLimit: number
  /** Session settings of PostgreSQL, as those of a `Database`. */
  readonly session?: Readonly<Record<string, string>>
  /** Told when it is left alone, and about idle connections that broke. */
  readonly onError: (error: Error) => void
}

const askEvery = 1_000

/** One reader: a replica, or an address behind which there are several. */
export class Reader implements AsyncDisposable {
  readonly database: Database
  readonly coalescer: Coalescer
  readonly #patience: number
  readonly #onError: (error: Error) => void
  #asking: NodeJS.Timeout | undefined

  constructor(options: ReaderOptions) {
    const { patience, queueLimit, onError } = options
    this.#patience = patience
    this.#onError = onError
    this.database = new Database({ ...options, statementTimeout: patience })
    this.coalescer = new Coalescer({
      connections: this.database,
      queueLimit,
      queueTimeout: patience,
    })
  }

  /** False while it is left alone. */
  get isAsked(): boolean {
    return this.#asking === undefined
  }

  /** Opens a lane of reads. It rejects with `BehindError`, or with whatever kept the replica from answering. */
  lane<Request, Answer>(
    options: Omit<LaneOptions<Request, Answer>, 'kind'>,
  ): (request: Request, after: LogPosition) => Promise<Answer> {
    const read = this.coalescer.laneAfter({ ...options, kind: 'read' })
    return (request, after) => this.#within(read(request, after))
  }

  /** Leaves it alone until it answers, unless it is only busy: then the writer takes what came too late, no more. */
  leaveAlone(error: unknown): void {
    if (!this.isAsked || this.database.hasAnsweredWithin(this.#patience)) return
    this.#onError(new Error('The replica does not answer: the writer is read.', { cause: error }))
    this.#asking = setInterval(() => void this.#ask(), askEvery).unref()
  }

  async #ask(): Promise<void> {
    if (!(await this.database.isAnswering(askEvery))) return
    clearInterval(this.#asking)
    this.#asking = undefined
  }

  #within<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(unavailable('The replica answered too late.')),
        this.#patience,
      )
      answer.then(resolve, reject).finally(() => clearTimeout(late))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#asking)
    this.coalescer[Symbol.dispose]()
    await this.database[Symbol.asyncDispose]()
  }
}
