// What lies between acceptance and the database, looked at once a second: how many messages, how old the oldest,
// how many dead letters. SQS tells an age only in CloudWatch, so it is estimated here: what is queued was sent
// after the queue was last seen empty, and after what the workers have worked through.

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
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

const every_ms = 1_000
/** How long a look waits for the database, which the queue does not need. */
const patience_ms = 500

const progress = statement(
  'worker_progress',
  `select coalesce(max(extract(epoch from worked_through) * 1000)::bigint, 0) from worker_progress`,
)

/** Looks once a second until it is disposed of. */
export class QueueWatch implements Disposable {
  readonly #options: QueueWatchOptions
  readonly #timer: NodeJS.Timeout
  #dead: Queue | undefined
  #looking = false
  #answeredAt = -Infinity
  #asking: Promise<number> | undefined
  #view: QueueView | undefined

  constructor(options: QueueWatchOptions) {
    this.#options = options
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
      const before = this.#view?.workedThrough ?? 0
      const workedThrough = total === 0 ? since : Math.max(before, through)
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

  /** About how old the oldest queued record is, in seconds. */
  oldest_s(): number {
    if (this.#view === undefined) return 0
    const { depth, workedThrough, seenAt } = this.#view
    const isEmpty = depth.waiting + depth.inFlight + depth.delayed === 0
    return isEmpty ? 0 : Math.max(0, seenAt - workedThrough) / 1_000
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
