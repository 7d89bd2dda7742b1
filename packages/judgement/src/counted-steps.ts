// The steps of the search as the records hold them, with the seconds that count.

import type { Plan, RunRecord, SecondRecord, StretchRecord, Verdict } from '@plimsoll/record'
import { judgeStep } from './step-verdict.ts'

/** A step of the search: which repeat played which rung, how it went, and where to look it up. */
export interface CountedStep {
  readonly repeat: number
  readonly rung: number
  readonly sessions_per_second: number
  readonly verdict: Verdict
  readonly seconds: readonly SecondRecord[]
  readonly stretch: StretchRecord
  readonly run: RunRecord
}

/** The seconds of a stretch that count. */
export function countedSeconds(run: RunRecord, stretch: StretchRecord): SecondRecord[] {
  return run.seconds.filter(
    ({ second }) => second >= stretch.counted_from_second && second < stretch.to_second,
  )
}

/** Every step of these runs, in the order played. A step without a verdict (the run was broken off) is judged here. */
export function countedSteps(runs: readonly RunRecord[], plan: Plan): CountedStep[] {
  return runs.flatMap((run) =>
    run.stretches
      .filter((stretch) => stretch.kind === 'step' && stretch.rung !== undefined)
      .map((stretch) => {
        const seconds = countedSeconds(run, stretch)
        const { repeat } = run
        const rung = stretch.rung ?? 0
        const { checks, seed, search } = plan
        const verdict =
          stretch.verdict ??
          judgeStep({ seconds, checks, seed, least_actions: search.least_actions }).verdict
        const { sessions_per_second } = stretch
        return { repeat, rung, sessions_per_second, verdict, seconds, stretch, run }
      }),
  )
}

/** Actions that were due in these seconds. */
export function dueIn(seconds: readonly SecondRecord[]): number {
  let due = 0
  for (const second of seconds) for (const action of second.actions.values()) due += action.due
  return due
}
