// What the metrics tell about the database: the pool, the waiting for it, and how many requests share a
// statement.

import type { Coalescer } from './coalescer.ts'
import type { Database } from './database.ts'
import { counter, family, gauge, type MetricsSource } from './metrics.ts'

/** A pool and the coalescer on it. */
export type MeteredPool = readonly [database: Database, coalescer: Coalescer]

/** The lines of all pools of a service together. */
export function databaseMetrics(...pools: readonly MeteredPool[]): MetricsSource {
  return () => {
    const used = pools.map(([database]) => database.used())
    const figures = pools.map(([, coalescer]) => coalescer.figures())
    const lanes = figures.flatMap((one) => one.lanes)
    const perLane = (name: string, value: (lane: (typeof lanes)[number]) => number) =>
      family(
        name,
        'counter',
        lanes.map((lane) => `${name}{lane="${lane.name}"} ${value(lane)}\n`).join(''),
      )
    return (
      gauge('pg_pool_size', total(pools.map(([database]) => database.size))) +
      counter('pg_pool_busy_seconds_total', total(used.map(({ busy }) => busy))) +
      counter('pg_pool_capacity_seconds_total', total(used.map(({ capacity }) => capacity))) +
      gauge('pg_pool_waiting', total(figures.map(({ waiting }) => waiting))) +
      counter('pg_pool_wait_seconds_sum', total(figures.map(({ waited }) => waited.seconds))) +
      counter('pg_pool_wait_seconds_count', total(figures.map(({ waited }) => waited.count))) +
      perLane('coalesced_requests_total', ({ requests }) => requests) +
      perLane('coalesced_statements_total', ({ statements }) => statements)
    )
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
