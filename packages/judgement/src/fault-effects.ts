// What a fault did to users: which seconds had errors from when it began, and for how long.

import type { FaultRecord, RunRecord, SecondRecord } from '@plimsoll/record'

/** A fault with what users felt of it. */
export interface FaultEffect {
  readonly fault: FaultRecord
  /** Seconds with an action that did not end ok, from its begin until the next fault began; 0: nobody noticed. */
  readonly errors_lasted_seconds: number
  /** Actions that did not end ok in that time. */
  readonly errors: number
  /** Actions due in that time. */
  readonly due: number
}

/** Errors that come later belong to something else. */
const patience_seconds = 30

/** One entry per fault that hit, in the order in which they did. */
export function faultEffects(run: Pick<RunRecord, 'seconds' | 'faults'>): FaultEffect[] {
  const hit = (run.faults ?? [])
    .filter((fault) => fault.began_second !== null)
    .toSorted((a, b) => (a.began_second ?? 0) - (b.began_second ?? 0))
  return hit.map((fault, n) => {
    const from = Math.floor(fault.began_second ?? 0)
    const next = hit[n + 1]?.began_second ?? Infinity
    const until = Math.min(next, (fault.healed_second ?? Infinity) + patience_seconds)
    const seconds = run.seconds.slice(from).filter(({ second }) => second < until)
    const last = seconds.findLast((second) => errorsIn(second) > 0)
    return {
      fault,
      errors_lasted_seconds: last === undefined ? 0 : last.second + 1 - from,
      errors: sum(seconds.map(errorsIn)),
      due: sum(seconds.map((second) => sum([...second.actions.values()].map(({ due }) => due)))),
    }
  })
}

function errorsIn({ actions }: SecondRecord): number {
  return sum(
    [...actions.values()].map(({ failed, unknown, dropped }) => failed + unknown + dropped),
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
