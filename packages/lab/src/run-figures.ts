// Small sums over a run's record, and the record that a run begins with.

import { actionsNeeded, concerns } from '@plimsoll/judgement'
import { Histogram } from '@plimsoll/statistics'
import type {
  ActionSecond,
  Check,
  PlannedConfiguration,
  RunRecord,
  SecondRecord,
  StretchRecord,
} from '@plimsoll/record'

/** A sum over every action of every second. */
export function sumOf(
  seconds: readonly SecondRecord[],
  figure: (action: ActionSecond, name: string) => number,
): number {
  let sum = 0
  for (const { actions } of seconds) {
    for (const [name, action] of actions) sum += figure(action, name)
  }
  return sum
}

/** Actions that were due in these seconds and have not ended. */
export function underWay(seconds: readonly SecondRecord[]): number {
  return sumOf(
    seconds,
    ({ due, ok, failed, unknown, dropped }) => due - ok - failed - unknown - dropped,
  )
}

type Sums = Pick<RunRecord, 'seconds' | 'stretches' | 'sessions'>

/**
 * Actions that a session makes: due ÷ planned in the steps that held so far, since an overload slows sessions
 * and breaks them off; before the first one, of all sessions that started.
 */
export function actionsPerSession({ seconds, stretches, sessions }: Sums): number {
  let due = 0
  let planned = 0
  for (const { verdict, sessions_per_second, counted_from_second, to_second } of stretches) {
    if (verdict !== 'holds') continue
    due += sumOf(seconds.slice(counted_from_second, to_second), (action) => action.due)
    planned += sessions_per_second * (to_second - counted_from_second)
  }
  if (due > 0) return due / planned
  const sent = sumOf(seconds, (action) => action.due - action.dropped)
  return sessions.started === 0 || sent === 0 ? 1 : sent / sessions.started
}

/**
 * Actions of all kinds that a step must count to decide every check: a high quantile needs more, and so does
 * a check on an action that is rare among the others.
 */
export function actionsToCount(
  { seconds }: Sums,
  { checks, least_actions }: { checks: readonly Check[]; least_actions: number },
): number {
  const needs = checks.map((check) => {
    if (check.kind !== 'response_time') return 0
    const needed = actionsNeeded(check, least_actions)
    const own = sumOf(seconds, (action, name) => (concerns(check, name) ? action.due : 0))
    return own === 0 ? needed : (needed * sumOf(seconds, (action) => action.due)) / own
  })
  return Math.max(least_actions, ...needs)
}

/** Actions that the whole step is going to have: as planned, or at the pace seen so far when that is higher. */
export function dueInAll(
  record: Sums,
  { step, at_second }: { step: StretchRecord; at_second: number },
): number {
  const { sessions_per_second, counted_from_second, to_second } = step
  const counted = record.seconds.slice(counted_from_second, to_second)
  const elapsed = at_second - counted_from_second
  const pace = elapsed > 0 ? sumOf(counted, (action) => action.due) / elapsed : 0
  const planned = sessions_per_second * actionsPerSession(record)
  return (to_second - counted_from_second) * Math.max(planned, pace)
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
