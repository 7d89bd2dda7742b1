// What the logging system says of itself: its counters, read from the metrics of its parts.

import { readMetrics } from '../read-metrics.ts'

/** Counters of one moment. */
export interface Counters {
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  readonly accepted: number
  readonly stored: number
  readonly buried: number
  readonly known: number
}

export interface Addresses {
  readonly api: string
  readonly worker: string
}

/** Reads both parts; a worker that does not answer has stored nothing more. */
export async function readCounters({ api, worker }: Addresses): Promise<Counters> {
  const [taken, moved] = await Promise.all([readMetrics(api), readMetrics(worker)])
  return {
    at: performance.now(),
    accepted: taken.get('logs_accepted_total') ?? 0,
    stored: moved.get('logs_stored_total') ?? 0,
    buried: moved.get('logs_buried_total') ?? 0,
    known: moved.get('logs_known_total') ?? 0,
  }
}

/** Seconds below which 99 % of the records were stored that were stored between two readings. */
export function lagP99_s(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number {
  const prefix = 'logs_lag_seconds_bucket{le="'
  const counted = [...after]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, count]) => ({
      bound: Number(name.slice(prefix.length, -2).replace('+Inf', 'Infinity')),
      count: count - (before.get(name) ?? 0),
    }))
  const all = counted.at(-1)?.count ?? 0
  return counted.find(({ count }) => count >= 0.99 * all)?.bound ?? Infinity
}
