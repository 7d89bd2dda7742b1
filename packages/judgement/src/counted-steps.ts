// The steps of the search as the records hold them, with the seconds that count.

import type { PartSecond, RunRecord, SecondRecord, StretchRecord, Verdict } from '@plimsoll/record'

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

/** What the parts did in the seconds of a stretch that count. */
export function countedParts(run: RunRecord, stretch: StretchRecord): PartSecond[] {
  return run.parts.filter(
    ({ second }) => second >= stretch.counted_from_second && second < stretch.to_second,
  )
}

/** Every step of these runs, in the order played. One without a verdict was broken off and shows nothing. */
export function countedSteps(runs: readonly RunRecord[]): CountedStep[] {
  return runs.flatMap((run) =>
    run.stretches.flatMap((stretch) => {
      const { kind, rung, verdict, sessions_per_second } = stretch
      if (kind !== 'step' || rung === undefined || verdict === undefined) return []
      const { repeat = run.repeat } = stretch
      const seconds = countedSeconds(run, stretch)
      return [{ repeat, rung, sessions_per_second, verdict, seconds, stretch, run }]
    }),
  )
}

/** Actions that were due in these seconds. */
export function dueIn(seconds: readonly SecondRecord[]): number {
  let due = 0
  for (const second of seconds) for (const action of second.actions.values()) due += action.due
  return due
}
