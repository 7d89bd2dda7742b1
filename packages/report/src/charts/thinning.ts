// Long time series made short: a page is looked at, the records keep every second.

import type { RunRecord } from '@plimsoll/record'

/** How much of a time series is kept. */
export interface Thinning {
  /** Points per line at most. */
  readonly points: number
}

/** The seconds that a run, or an excerpt of it, begins with and ends before. */
export function spanOf({ seconds }: RunRecord): { from: number; to: number } {
  return { from: seconds[0]?.second ?? 0, to: (seconds.at(-1)?.second ?? 0) + 1 }
}

/** How many neighbouring seconds make one point when at most `points` are to be left. */
export function bucketWidth(seconds: number, points: number): number {
  return Math.max(1, Math.ceil(seconds / points))
}

/** Items in groups of `width`, in order; the last may be shorter. */
export function buckets<T>(items: readonly T[], width: number): T[][] {
  const found: T[][] = []
  for (let from = 0; from < items.length; from += width) found.push(items.slice(from, from + width))
  return found
}

/** The mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
