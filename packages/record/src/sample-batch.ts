// What the engine sends to whoever records, several times a second: columns of finished actions. Raw
// numbers instead of histograms keep the engine's hot path to a few array writes.

import type { ReasonCount } from './run-record.ts'

export const outcomeNames = ['ok', 'failed', 'unknown', 'dropped'] as const
export type OutcomeName = (typeof outcomeNames)[number]

/** Finished actions, one per index below `count`. */
export interface SampleColumns {
  readonly count: number
  /** The second of the run in which it was due. */
  readonly second: Uint32Array
  /** Index into the names announced so far. */
  readonly action: Uint16Array
  /** Index into `outcomeNames`. */
  readonly outcome: Uint8Array
  readonly lateness_us: Uint32Array
  readonly service_us: Uint32Array
}

/** Parts of service times, one per sample that has any: the others had a kept connection and an answer in one piece. */
export interface TimingColumns {
  readonly count: number
  /** Index into the samples of the same batch, rising. */
  readonly sample: Uint32Array
  /** Look-up and connecting. */
  readonly connect_us: Uint32Array
  readonly tls_us: Uint32Array
  /** From the first byte of the answer to the last. */
  readonly receive_us: Uint32Array
}

/** No sample has any. */
export const noTimings: TimingColumns = {
  count: 0,
  sample: new Uint32Array(),
  connect_us: new Uint32Array(),
  tls_us: new Uint32Array(),
  receive_us: new Uint32Array(),
}

/** Actions that became due since the last batch. */
export interface DueColumns {
  readonly count: number
  readonly second: Uint32Array
  readonly action: Uint16Array
  readonly due: Uint32Array
}

/** How a process of the engine is doing, since its last batch. */
export interface EngineHealth {
  /** Cores it used, 1 is one whole core. */
  readonly cpu_cores: number
  readonly event_loop_delay_p99_ms: number
  readonly memory_bytes: number
}

export interface SampleBatch {
  /** Seconds since the load began, fractional. */
  readonly at_second: number
  /** Names first seen in this batch; the index goes on from the batches before. */
  readonly new_actions: readonly string[]
  readonly due: DueColumns
  readonly samples: SampleColumns
  readonly timings: TimingColumns
  readonly reasons: readonly ReasonCount[]
  readonly sessions: {
    readonly started: number
    readonly ended: number
    readonly cut_short: number
    readonly dropped: number
    readonly alive: number
    /** First error of each place, only those not yet told. */
    readonly errors: readonly string[]
    /** Lengths of the sessions that ended, ms. */
    readonly lengths_ms: Float64Array
  }
  /** Of each process that plays the load; none before it told. */
  readonly health: readonly EngineHealth[]
}
