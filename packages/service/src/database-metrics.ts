// What the metrics tell about the database: the pool, the waiting for it, and how many requests share a
// statement.

import type { Coalescer } from './coalescer.ts'
import type { Database } from './database.ts'
import { counter, family, gauge, type MetricsSource } from './metrics.ts'

/** The lines of one pool and the coalescer on it. */
export function databaseMetrics(database: Database, coalescer: Coalescer): MetricsSource {
  return () => {
    const { waiting, waited, lanes } = coalescer.figures()
    const used = database.used()
    const perLane = (name: string, value: (lane: (typeof lanes)[number]) => number) =>
      family(
        name,
        'counter',
        lanes.map((lane) => `${name}{lane="${lane.name}"} ${value(lane)}\n`).join(''),
      )
    return (
      gauge('pg_pool_size', database.size) +
      counter('pg_pool_busy_seconds_total', used.busy) +
      counter('pg_pool_capacity_seconds_total', used.capacity) +
      gauge('pg_pool_waiting', waiting) +
      counter('pg_pool_wait_seconds_sum', waited.seconds) +
      counter('pg_pool_wait_seconds_count', waited.count) +
      perLane('coalesced_requests_total', ({ requests }) => requests) +
      perLane('coalesced_statements_total', ({ statements }) => statements)
    )
  }
}
