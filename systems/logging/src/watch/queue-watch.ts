// What lies between acceptance and the database, looked at once a second: how many messages, how old the oldest,
// how many dead letters. SQS tells an age only in CloudWatch, so it is estimated here: what is queued was sent
// after the queue was last seen empty, and after what the slowest of the workers has worked through. One that has
// stored nothing for a while counts no more: it is idle, or it is gone and others have its messages.

import { setTimeout as pause } from 'node:timers/promises'
import { family, gauge, statement, type Database } from '@plimsoll/service'
import type { Queue, QueueDepth } from '@plimsoll/service/queue'

/** The last look. */
export interface QueueView {
  readonly depth: QueueDepth
  /** Undefined when the dead-letter queue cannot be asked. */
  readonly deadLetters: number | undefined
  /** Records received before this, in milliseconds since 1970, have left the queue. */
  readonly workedThrough: number
  /** When this was seen. */
  readonly seenAt: number
}

export interface QueueWatchOptions {
  readonly queue: Queue
  /** Resolves to the dead-letter queue, or undefined where there is none. */
  readonly findDeadLetters: () => Promise<Queue | undefined>
  readonly database: Database
  /** How long a record may be on its way into the queue, in milliseconds. */
  readonly sendDeadline: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

const every_ms = 1_000
/** How long a look waits for the database, which the queue does not need. */
const patience_ms = 500

/** Counted back from whoever stored last, so that all of them may rest. */
const progress = statement(
  'worker_progress',
  `select coalesce(min(extract(epoch from worked_through) * 1000)::bigint, 0) from worker_progress
   where updated_at > (select max(updated_at) from worker_progress) - interval '30 seconds'`,
)

/** Looks once a second until it is disposed of. */
export class QueueWatch implements Disposable {
  readonly #options: QueueWatchOptions
  readonly #timer: NodeJS.Timeout
  #dead: Queue | undefined
  #looking = false
  #answeredAt = -Infinity
  #asking: Promise<number> | undefined
  readonly #beganAt: number
  #emptyAt = 0
  #through = 0
  #view: QueueView | undefined

  constructor(options: QueueWatchOptions) {
    this.#options = options
    this.#beganAt = options.clock()
    this.#timer = setInterval(() => void this.look(), every_ms).unref()
  }

  /** The last look that succeeded; undefined before the first. */
  get view(): QueueView | undefined {
    return this.#view
  }

  /** Whether the queue answered in the last few seconds. */
  isAnswering(): boolean {
    return this.#options.clock() - this.#answeredAt < 4 * every_ms
  }

  /** Looks now, unless a look is under way. Never rejects. */
  async look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    const { queue, clock } = this.#options
    try {
      const since = clock()
      const depth = await queue.depth()
      this.#answeredAt = clock()
      const [deadLetters, through] = await Promise.all([this.#deadLetters(), this.#workedThrough()])
      const total = depth.waiting + depth.inFlight + depth.delayed
      if (total === 0) this.#emptyAt = since
      if (through > 0) this.#through = through
      const workedThrough = Math.max(this.#emptyAt, this.#through)
      this.#view = { depth, deadLetters, workedThrough, seenAt: since }
    } catch {
      // The view grows old, which isAnswering tells.
    } finally {
      this.#looking = false
    }
  }

  /** Prometheus lines of the last look. */
  metrics(): string {
    if (this.#view === undefined) return ''
    const { depth, deadLetters } = this.#view
    const lines = Object.entries({ waiting: depth.waiting, in_flight: depth.inFlight })
      .map(([state, count]) => `logs_queue_messages{state="${state}"} ${count}\n`)
      .join('')
    return (
      family('logs_queue_messages', 'gauge', lines) +
      gauge('logs_queue_oldest_seconds', this.oldest_s()) +
      (deadLetters === undefined ? '' : gauge('logs_dead_letters', deadLetters))
    )
  }

  /** Whether a record that was received at this time, in milliseconds since 1970, may still be queued. */
  mayHold(receivedAt: number): boolean {
    // The queue may have been seen empty while the record was on its way into it.
    return receivedAt >= (this.#view?.workedThrough ?? 0) - this.#options.sendDeadline
  }

  /** About how old the oldest queued record is, in seconds; while no worker has told anything, since when this is known. */
  oldest_s(): number {
    if (this.#view === undefined) return 0
    const { depth, workedThrough, seenAt } = this.#view
    const isEmpty = depth.waiting + depth.inFlight + depth.delayed === 0
    const since = workedThrough === 0 ? this.#beganAt : workedThrough
    return isEmpty ? 0 : Math.max(0, seenAt - since) / 1_000
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#dead?.[Symbol.dispose]()
  }

  async #deadLetters(): Promise<number | undefined> {
    try {
      this.#dead ??= await this.#options.findDeadLetters()
      const depth = await this.#dead?.depth()
      return depth === undefined ? undefined : depth.waiting + depth.inFlight
    } catch {
      return undefined
    }
  }

  /** 0 where the database does not say in time; it is not asked again before it has. */
  async #workedThrough(): Promise<number> {
    this.#asking ??= this.#options.database
      .run(progress, [])
      .then(
        (rows) => Number(rows[0]?.[0] ?? 0),
        () => 0,
      )
      .finally(() => (this.#asking = undefined))
    const over = new AbortController()
    const late = pause(patience_ms, 0, { signal: over.signal }).catch(() => 0)
    return await Promise.race([this.#asking, late]).finally(() => over.abort())
  }
}
