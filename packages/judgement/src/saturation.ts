// What ran out first. CPU comes before the pool: where a database is starved of CPU, connections pile up in
// the pool of whoever calls it, so a busy pool is the cause only while no CPU is at its limit. An event loop
// that is late without either is blocked by the program itself.

import type { PartSecond } from '@plimsoll/record'
import type { Saturation } from './judgement.ts'

/** Parts that belong to the laboratory and not to the system. */
export const laboratoryParts: ReadonlySet<string> = new Set(['generator', 'balancer'])

const cpuNearLimit_share = 0.85
const throttledOften_share = 0.25
const cpuHalfUsed_share = 0.6
const poolBusy_share = 0.9
const eventLoopLate_ms = 50
const oldMessage_ms = 500

/** Means over the instances and the seconds looked at; undefined where nothing was reported. */
interface PartUse {
  readonly part: string
  /** CPU used ÷ limit; undefined when the part is not limited. */
  readonly cpu_share: number | undefined
  readonly cpu_cores: number
  readonly limit_cores: number | undefined
  readonly throttled_share: number
  readonly pool_busy_share: number | undefined
  readonly pool_waiting: number | undefined
  readonly pool_wait_ms: number | undefined
  readonly event_loop_delay_p99_ms: number | undefined
  readonly queue_oldest_age_ms: number | undefined
}

/** What ran out, from the rows of the seconds at or just above the edge; null when nothing shows it. */
export function saturation(rows: readonly PartSecond[]): Saturation | null {
  const uses = partUses(rows.filter((row) => !laboratoryParts.has(row.part)))
  return starvedOfCpu(uses) ?? poolTooSmall(uses) ?? lateEventLoop(uses) ?? backlogGrows(uses)
}

/** Work piles up while no resource is at its limit: too few workers, or workers that wait. */
function backlogGrows(uses: readonly PartUse[]): Saturation | null {
  const [first] = uses
    .filter((use) => (use.queue_oldest_age_ms ?? 0) >= oldMessage_ms)
    .toSorted((a, b) => (b.queue_oldest_age_ms ?? 0) - (a.queue_oldest_age_ms ?? 0))
  if (first === undefined) return null
  const busiest = Math.max(0, ...uses.map((use) => use.cpu_share ?? 0))
  return {
    part: first.part,
    resource: 'backlog',
    busy_share: 1,
    words:
      `Work piled up in ${first.part}: its oldest message was ${Math.round(first.queue_oldest_age_ms ?? 0)} ms old (mean), ` +
      `while no CPU was above ${percent(busiest)}.`,
  }
}

function starvedOfCpu(uses: readonly PartUse[]): Saturation | null {
  const starved = uses
    .flatMap((use) => (use.cpu_share === undefined ? [] : { ...use, cpu_share: use.cpu_share }))
    .filter(
      ({ cpu_share, throttled_share }) =>
        cpu_share >= cpuNearLimit_share ||
        (throttled_share >= throttledOften_share && cpu_share >= cpuHalfUsed_share),
    )
    .toSorted((a, b) => b.cpu_share + b.throttled_share - (a.cpu_share + a.throttled_share))
  const [first] = starved
  if (first === undefined) return null
  const others = uses.filter((use) => use.part !== first.part && use.cpu_share !== undefined)
  const beside = others.map((use) => `${use.part} at ${percent(use.cpu_share ?? 0)}`).join(', ')
  return {
    part: first.part,
    resource: 'cpu',
    busy_share: Math.min(1, first.cpu_share),
    words:
      `The CPU of ${first.part} ran out: ${cores(first.cpu_cores)} of ${cores(first.limit_cores ?? 0)} cores used by each process ` +
      `(${percent(first.cpu_share)}), held back ${percent(first.throttled_share)} of the time` +
      `${beside === '' ? '' : `; ${beside}`}.`,
  }
}

function poolTooSmall(uses: readonly PartUse[]): Saturation | null {
  const [first] = uses
    .filter(
      (use) =>
        (use.pool_busy_share ?? 0) >= poolBusy_share &&
        ((use.pool_waiting ?? 0) >= 1 || (use.pool_wait_ms ?? 0) >= 1),
    )
    .toSorted((a, b) => (b.pool_wait_ms ?? 0) - (a.pool_wait_ms ?? 0))
  if (first === undefined) return null
  const busiest = Math.max(0, ...uses.map((use) => use.cpu_share ?? 0))
  return {
    part: first.part,
    resource: 'pool',
    busy_share: Math.min(1, first.pool_busy_share ?? 0),
    words:
      `The database connections of ${first.part} ran out: ${percent(first.pool_busy_share ?? 0)} in use, ` +
      `${Number((first.pool_waiting ?? 0).toPrecision(2))} requests waiting ${Number((first.pool_wait_ms ?? 0).toPrecision(2))} ms for one, ` +
      `while no CPU was above ${percent(busiest)}.`,
  }
}

function lateEventLoop(uses: readonly PartUse[]): Saturation | null {
  const [first] = uses
    .filter((use) => (use.event_loop_delay_p99_ms ?? 0) >= eventLoopLate_ms)
    .toSorted((a, b) => (b.event_loop_delay_p99_ms ?? 0) - (a.event_loop_delay_p99_ms ?? 0))
  if (first === undefined) return null
  return {
    part: first.part,
    resource: 'event-loop',
    busy_share: Math.min(1, first.cpu_share ?? first.cpu_cores),
    words: `The event loop of ${first.part} was late by ${Math.round(first.event_loop_delay_p99_ms ?? 0)} ms (p99) while no CPU was at its limit.`,
  }
}

function partUses(rows: readonly PartSecond[]): PartUse[] {
  const names = [...new Set(rows.map((row) => row.part))]
  return names.map((part) => {
    const own = rows.filter((row) => row.part === part)
    const limits = own.flatMap((row) => row.limit_cores ?? [])
    const cpu_cores = mean(own.map((row) => row.cpu_cores)) ?? 0
    const limit_cores = mean(limits)
    return {
      part,
      cpu_cores,
      limit_cores,
      cpu_share: limit_cores === undefined ? undefined : cpu_cores / limit_cores,
      throttled_share: mean(own.map((row) => row.throttled_share)) ?? 0,
      pool_busy_share: mean(own.flatMap((row) => row.pool_busy_share ?? [])),
      pool_waiting: mean(own.flatMap((row) => row.pool_waiting ?? [])),
      pool_wait_ms: mean(own.flatMap((row) => row.pool_wait_ms ?? [])),
      event_loop_delay_p99_ms: mean(own.flatMap((row) => row.event_loop_delay_p99_ms ?? [])),
      queue_oldest_age_ms: mean(own.flatMap((row) => row.queue_oldest_age_ms ?? [])),
    }
  })
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function cores(value: number): string {
  return String(Number(value.toPrecision(3)))
}
