// Reads the few numbers that the lab understands from a Prometheus text. A part that has none of them is
// simply not shown to wait.

/** Sums over all labels; undefined where the text has no such name. */
export interface PartMetrics {
  readonly pool_waiting?: number
  /** Counters since the start of the process. */
  readonly pool_wait_seconds?: number
  readonly pool_waits?: number
  readonly pool_busy?: number
  readonly pool_size?: number
  /** The highest over all labels. */
  readonly event_loop_delay_p99_seconds?: number
}

const names: Readonly<Record<string, keyof PartMetrics>> = {
  pg_pool_waiting: 'pool_waiting',
  pg_pool_wait_seconds_sum: 'pool_wait_seconds',
  pg_pool_wait_seconds_count: 'pool_waits',
  pg_pool_busy: 'pool_busy',
  pg_pool_size: 'pool_size',
  nodejs_eventloop_delay_p99_seconds: 'event_loop_delay_p99_seconds',
}

/** Reads the text exposition format; what it does not know it skips. */
export function partMetrics(text: string): PartMetrics {
  const found: { -readonly [Name in keyof PartMetrics]: number } = {}
  for (const line of text.split('\n')) {
    const [, name = '', number = ''] =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{.*\})?\s+(\S+)/.exec(line) ?? []
    const field = Object.hasOwn(names, name) ? names[name] : undefined
    const value = Number(number)
    if (field === undefined || !Number.isFinite(value)) continue
    const before = found[field] ?? 0
    const isHighest = field === 'event_loop_delay_p99_seconds'
    found[field] = isHighest ? Math.max(before, value) : before + value
  }
  return found
}

/** What is shown of one second, from the readings at its two ends. */
export function poolFields(before: PartMetrics, now: PartMetrics): PoolFields {
  const waits = since(before.pool_waits, now.pool_waits)
  const waited = since(before.pool_wait_seconds, now.pool_wait_seconds)
  const share =
    now.pool_busy === undefined || !now.pool_size
      ? undefined
      : Math.min(1, now.pool_busy / now.pool_size)
  return present({
    pool_waiting: now.pool_waiting,
    pool_wait_ms:
      waits === undefined || waited === undefined
        ? undefined
        : waits === 0
          ? 0
          : (waited / waits) * 1_000,
    pool_busy_share: share,
    event_loop_delay_p99_ms:
      now.event_loop_delay_p99_seconds === undefined
        ? undefined
        : now.event_loop_delay_p99_seconds * 1_000,
  })
}

export interface PoolFields {
  readonly pool_waiting?: number
  readonly pool_wait_ms?: number
  readonly pool_busy_share?: number
  readonly event_loop_delay_p99_ms?: number
}

/** A counter begins again at zero when its process does. */
function since(before = 0, now: number | undefined): number | undefined {
  return now === undefined ? undefined : now >= before ? now - before : now
}

function present(fields: Record<keyof PoolFields, number | undefined>): PoolFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
