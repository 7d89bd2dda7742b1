import type { RunRecord, StretchRecord } from '@plimsoll/record'

/** The phase or step that a second belongs to. */
export function stretchAt(run: RunRecord, second: number): StretchRecord | undefined {
  return run.stretches.findLast(
    ({ from_second, to_second }) => from_second <= second && second < to_second,
  )
}
