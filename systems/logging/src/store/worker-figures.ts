// What the metrics tell of a worker: records stored, known already or buried, and how long they were under way.

import { counter, Distribution, family } from '@plimsoll/service'

import type { Chunk } from '../records/chunk.ts'
import type { LineCounts } from './store-lines.ts'

/** Counts since the start. */
export class WorkerFigures {
  readonly #lag = new Distribution()
  #stored = 0
  #known = 0
  #buried = 0
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
      this.#lag.observe(Math.max(0, now - chunk.receivedAt) / 1_000, chunk.rows)
    }
    this.#batches++
    this.#stored += counts.stored
    this.#buried += counts.buried
    this.#known += Math.max(0, rows - counts.stored - counts.buried)
  }

  /** Prometheus lines. */
  text(): string {
    return (
      counter('logs_stored_total', this.#stored) +
      counter('logs_known_total', this.#known) +
      counter('logs_buried_total', this.#buried) +
      counter('logs_buried_messages_total', this.buriedMessages) +
      counter('logs_batches_total', this.#batches) +
      counter('logs_batch_failures_total', this.failures) +
      family('logs_lag_seconds', 'histogram', this.#lag.lines('logs_lag_seconds'))
    )
  }
}
