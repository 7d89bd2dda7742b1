// What the metrics tell of a worker: records stored, known already or buried, and how long they were under way.

import { counter, Distribution, family, gauge } from '@plimsoll/service'

import type { Chunk } from '../records/chunk.ts'
import type { LineCounts } from './store-lines.ts'

const lately_ms = 2_000

/** Counts since the start. */
export class WorkerFigures {
  readonly #lag = new Distribution()
  readonly #lately: { readonly at: number; readonly seconds: number; readonly rows: number }[] = []
  #stored = 0
  #known = 0
  #buried = 0
  #postponed = 0
  #batches = 0
  /** Messages that were dead letters as a whole. */
  buriedMessages = 0
  /** Batches that the database did not take; they are tried again. */
  failures = 0

  /** A batch is in the database at `now`, in milliseconds since 1970. */
  stored(batch: readonly { readonly chunk: Chunk }[], counts: LineCounts, now: number): void {
    let rows = 0
    for (const { chunk } of batch) {
      rows += chunk.rows
      const seconds = Math.max(0, now - chunk.receivedAt) / 1_000
      this.#lag.observe(seconds, chunk.rows)
      this.#lately.push({ at: now, seconds, rows: chunk.rows })
    }
    this.#forget(now)
    this.#batches++
    this.#stored += counts.stored
    this.#buried += counts.buried
    this.#postponed += counts.postponed
    this.#known += Math.max(0, rows - counts.stored - counts.buried - counts.postponed)
  }

  /** Seconds from acceptance to storage that 99 % of the records of the last two seconds stayed below. */
  lagP99_s(now: number): number {
    this.#forget(now)
    const slowest = this.#lately.toSorted((a, b) => b.seconds - a.seconds)
    let left = slowest.reduce((sum, { rows }) => sum + rows, 0) * 0.01
    for (const { seconds, rows } of slowest) {
      left -= rows
      if (left < 0) return seconds
    }
    return 0
  }

  #forget(now: number): void {
    const first = this.#lately.findIndex(({ at }) => at > now - lately_ms)
    this.#lately.splice(0, first === -1 ? this.#lately.length : first)
  }

  /** Prometheus lines at `now`, in milliseconds since 1970. */
  text(now: number): string {
    return (
      gauge('queue_lag_p99_seconds', this.lagP99_s(now)) +
      counter('logs_stored_total', this.#stored) +
      counter('logs_known_total', this.#known) +
      counter('logs_buried_total', this.#buried) +
      counter('logs_postponed_total', this.#postponed) +
      counter('logs_buried_messages_total', this.buriedMessages) +
      counter('logs_batches_total', this.#batches) +
      counter('logs_batch_failures_total', this.failures) +
      family('logs_lag_seconds', 'histogram', this.#lag.lines('logs_lag_seconds'))
    )
  }
}
