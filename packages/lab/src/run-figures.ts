// Small sums over a run's record, and the record that a run begins with.

import { Histogram } from '@plimsoll/statistics'
import type {
  ActionSecond,
  PlannedConfiguration,
  Recorder,
  RunRecord,
  SecondRecord,
} from '@plimsoll/record'

/** A sum over every action of every second. */
export function sumOf(
  seconds: readonly SecondRecord[],
  figure: (action: ActionSecond) => number,
): number {
  let sum = 0
  for (const { actions } of seconds) for (const action of actions.values()) sum += figure(action)
  return sum
}

/** Actions that were due in these seconds and have not ended. */
export function underWay(seconds: readonly SecondRecord[]): number {
  return sumOf(
    seconds,
    ({ due, ok, failed, unknown, dropped }) => due - ok - failed - unknown - dropped,
  )
}

/** Actions due, and their p99 in ms with whatever is not ok counted as infinite; null is infinite. */
export function summarise(seconds: readonly SecondRecord[]): {
  due: number
  p99_ms: number | null
} {
  const times = new Histogram()
  for (const { actions } of seconds) {
    for (const { response_time } of actions.values()) times.add(response_time)
  }
  const due = sumOf(seconds, (action) => action.due)
  if (due === 0) return { due, p99_ms: null }
  const p99_us = times.quantileWith({ q: 0.99, infinite: due - times.count })
  return { due, p99_ms: Number.isFinite(p99_us) ? p99_us / 1_000 : null }
}

/** `4 × api (m7g.medium), 1 × database (db.m5.large)`. */
export function describe({ parts }: PlannedConfiguration): string {
  return parts.map(({ part, size, instances }) => `${instances} × ${part} (${size})`).join(', ')
}

/** The record grows in place: its seconds and stretches are the recorder's. */
export function emptyRecord({
  configuration,
  repeat,
  balancer,
  started_at,
  recorder,
}: Pick<RunRecord, 'configuration' | 'repeat' | 'balancer' | 'started_at'> & {
  readonly recorder: Recorder
}): RunRecord {
  const { seconds, stretches, sessions, reasons } = recorder
  return {
    configuration,
    repeat,
    balancer,
    started_at,
    seconds,
    stretches,
    sessions,
    reasons,
    parts: [],
    invariants: [],
    caveats: [],
  }
}
