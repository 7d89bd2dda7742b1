// What each action did over some stretches, as the report prints it.

import type { Check, RunRecord, SecondRecord, StretchRecord } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import { concerns, limitOf } from './check-group.ts'
import { countedSeconds } from './counted-steps.ts'
import type { ActionSummary, Quantiles } from './judgement.ts'

interface Gathered {
  due: number
  ok: number
  failed: number
  unknown: number
  dropped: number
  readonly response_time: Histogram
  readonly service_time: Histogram
  readonly lateness: Histogram
}

/** One summary per action, by name. What was still under way counts as unknown, and its response time as infinite. */
export function summariseActions(
  stretches: readonly { readonly run: RunRecord; readonly stretch: StretchRecord }[],
): ActionSummary[] {
  const byAction = new Map<string, Gathered>()
  const of = (action: string) => {
    const gathered = byAction.get(action) ?? nothing()
    byAction.set(action, gathered)
    return gathered
  }
  for (const { run, stretch } of stretches) {
    for (const second of countedSeconds(run, stretch)) addSecond(second, of)
    for (const [action, times] of stretch.actions) {
      of(action).service_time.add(times.service_time)
      of(action).lateness.add(times.lateness)
    }
  }
  return [...byAction.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, gathered]) => gathered.due > 0)
    .map(([action, gathered]) => summaryOf(action, gathered))
}

/** Response times of all actions that a check speaks of, or of all, and how many count as infinite. */
export function allResponseTimes(
  seconds: readonly SecondRecord[],
  { of }: { of?: Check } = {},
): { times: Histogram; infinite: number } {
  const times = new Histogram()
  let due = 0
  for (const second of seconds) {
    for (const [name, one] of second.actions) {
      if (of !== undefined && !concerns(of, name)) continue
      times.add(one.response_time)
      due += one.due
    }
  }
  return { times, infinite: Math.max(0, due - times.count) }
}

/** How many ended ok within the service level: within the tightest limit that a check sets for their action. */
export function goodIn(seconds: readonly SecondRecord[], checks: readonly Check[]): number {
  let good = 0
  for (const second of seconds) {
    for (const [name, { ok, response_time }] of second.actions) {
      good += ok - response_time.countAbove(limitOf(checks, name) * 1_000)
    }
  }
  return good
}

/** The quantile in ms; null is infinite, or that there is nothing. */
export function quantile_ms(times: Histogram, q: number, infinite = 0): number | null {
  const value = times.quantileWith({ q, infinite })
  return Number.isFinite(value) ? value / 1_000 : null
}

function addSecond(second: SecondRecord, of: (action: string) => Gathered): void {
  for (const [action, one] of second.actions) {
    const gathered = of(action)
    gathered.due += one.due
    gathered.ok += one.ok
    gathered.failed += one.failed
    gathered.unknown += one.unknown
    gathered.dropped += one.dropped
    gathered.response_time.add(one.response_time)
  }
}

function summaryOf(action: string, gathered: Gathered): ActionSummary {
  const { due, ok, failed, dropped, response_time, service_time, lateness } = gathered
  const infinite = Math.max(0, due - response_time.count)
  return {
    action,
    due,
    ok,
    failed,
    unknown: Math.max(gathered.unknown, due - ok - failed - dropped),
    dropped,
    response_time: quantilesOf(response_time, infinite),
    ok_only: quantilesOf(response_time, 0),
    service_time: quantilesOf(service_time, 0),
    lateness: quantilesOf(lateness, 0),
  }
}

function quantilesOf(times: Histogram, infinite: number): Quantiles {
  return {
    p50_ms: quantile_ms(times, 0.5, infinite),
    p90_ms: quantile_ms(times, 0.9, infinite),
    p99_ms: quantile_ms(times, 0.99, infinite),
    p999_ms: quantile_ms(times, 0.999, infinite),
    max_ms: quantile_ms(times, 1, infinite),
  }
}

function nothing(): Gathered {
  return {
    due: 0,
    ok: 0,
    failed: 0,
    unknown: 0,
    dropped: 0,
    response_time: new Histogram(),
    service_time: new Histogram(),
    lateness: new Histogram(),
  }
}
