// Reads the few numbers that the lab understands from a Prometheus text. A part that has none of them is
// simply not shown to wait.

import type { PartSecond } from '@plimsoll/record'

/** Sums over all labels; undefined where the text has no such name. */
export interface PartMetrics {
  readonly pool_waiting?: number
  /** Counters since the start of the process. */
  readonly requests?: number
  readonly pool_wait_seconds?: number
  readonly pool_waits?: number
  readonly pool_busy_seconds?: number
  readonly pool_capacity_seconds?: number
  readonly queue_depth?: number
  readonly queue_in_flight?: number
  readonly dead_letters?: number
  /** The highest over all labels. */
  readonly event_loop_delay_p99_seconds?: number
  readonly queue_oldest_age_seconds?: number
  readonly lag_p99_seconds?: number
}

/** Asked by balancers and by the lab itself, not by users. */
const aboutItself = /"\/(readyz|livez|healthz?|metrics)\/?"/

const names: Readonly<Record<string, keyof PartMetrics>> = {
  http_requests_total: 'requests',
  pg_pool_waiting: 'pool_waiting',
  pg_pool_wait_seconds_sum: 'pool_wait_seconds',
  pg_pool_wait_seconds_count: 'pool_waits',
  pg_pool_busy_seconds_total: 'pool_busy_seconds',
  pg_pool_capacity_seconds_total: 'pool_capacity_seconds',
  nodejs_eventloop_delay_p99_seconds: 'event_loop_delay_p99_seconds',
  queue_depth: 'queue_depth',
  queue_in_flight: 'queue_in_flight',
  queue_dead_letters: 'dead_letters',
  queue_oldest_age_seconds: 'queue_oldest_age_seconds',
  queue_lag_p99_seconds: 'lag_p99_seconds',
}

const highest: ReadonlySet<keyof PartMetrics> = new Set([
  'event_loop_delay_p99_seconds',
  'queue_oldest_age_seconds',
  'lag_p99_seconds',
])

/** Reads the text exposition format; what it does not know it skips. */
export function partMetrics(text: string): PartMetrics {
  const found: { -readonly [Name in keyof PartMetrics]: number } = {}
  for (const line of text.split('\n')) {
    const [, name = '', number = ''] =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{.*\})?\s+(\S+)/.exec(line) ?? []
    const field = Object.hasOwn(names, name) ? names[name] : undefined
    const value = Number(number)
    if (field === undefined || !Number.isFinite(value)) continue
    if (field === 'requests' && aboutItself.test(line)) continue
    const before = found[field] ?? 0
    found[field] = highest.has(field) ? Math.max(before, value) : before + value
  }
  return found
}

/** What is shown of one second, from the readings at its two ends. */
export function metricFields(before: PartMetrics, now: PartMetrics): MetricFields {
  const waits = since(before.pool_waits, now.pool_waits)
  const waited = since(before.pool_wait_seconds, now.pool_wait_seconds)
  const busy = since(before.pool_busy_seconds, now.pool_busy_seconds)
  const capacity = since(before.pool_capacity_seconds, now.pool_capacity_seconds)
  return present({
    requests: since(before.requests, now.requests),
    pool_waiting: now.pool_waiting,
    pool_wait_ms:
      waits === undefined || waited === undefined
        ? undefined
        : waits === 0
          ? 0
          : (waited / waits) * 1_000,
    pool_busy_share: busy === undefined || !capacity ? undefined : Math.min(1, busy / capacity),
    event_loop_delay_p99_ms: inMs(now.event_loop_delay_p99_seconds),
    queue_depth: now.queue_depth,
    queue_in_flight: now.queue_in_flight,
    queue_oldest_age_ms: inMs(now.queue_oldest_age_seconds),
    dead_letters: now.dead_letters,
    lag_p99_ms: inMs(now.lag_p99_seconds),
  })
}

/** The members of a `PartSecond` that come from metrics. */
export type MetricFields = Pick<
  PartSecond,
  | 'requests'
  | 'pool_waiting'
  | 'pool_wait_ms'
  | 'pool_busy_share'
  | 'event_loop_delay_p99_ms'
  | 'queue_depth'
  | 'queue_in_flight'
  | 'queue_oldest_age_ms'
  | 'dead_letters'
  | 'lag_p99_ms'
>

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000
}

/** A counter begins again at zero when its process does. */
function since(before = 0, now: number | undefined): number | undefined {
  return now === undefined ? undefined : now >= before ? now - before : now
}

function present(fields: Record<keyof MetricFields, number | undefined>): MetricFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
