// What users felt in some seconds: how much of what was due came late or not at all.

import type { Check, RunRecord, SecondRecord } from '@plimsoll/record'
import { allResponseTimes, goodIn, quantile_ms } from './action-summary.ts'

/** What users felt in some seconds. */
export interface Felt {
  readonly due: number
  /** Ended ok beyond the tightest limit that a check sets. */
  readonly late: number
  /** Did not end ok. */
  readonly lost: number
}

/** One phase as its users saw it. */
export interface PhaseFelt extends Felt {
  readonly phase: string
  /** Failures count as infinite; null is infinite. */
  readonly p99_ms: number | null
}

/** Late and lost in these seconds, by the limits of the checks. */
export function feltIn(seconds: readonly SecondRecord[], checks: readonly Check[]): Felt {
  const counts = seconds.map(countsIn)
  const due = sum(counts.map((one) => one.due))
  const ok = sum(counts.map((one) => one.ok))
  return { due, late: ok - goodIn(seconds, checks), lost: due - ok }
}

/** Every phase of a run that was played. */
export function phasesFelt(run: RunRecord, checks: readonly Check[]): PhaseFelt[] {
  return run.stretches
    .filter(({ kind }) => kind === 'phase')
    .map(({ name, from_second, to_second }) => {
      const own = run.seconds.slice(from_second, to_second)
      const { times, infinite } = allResponseTimes(own)
      return {
        phase: name,
        ...feltIn(own, checks),
        p99_ms: quantile_ms(times, 0.99, infinite),
      }
    })
}

/** Actions due, and those that ended ok. */
export function countsIn(second: SecondRecord | undefined): { due: number; ok: number } {
  const actions = [...(second?.actions.values() ?? [])]
  return { due: sum(actions.map(({ due }) => due)), ok: sum(actions.map(({ ok }) => ok)) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
