// Intervals without a formula: draw the items again and again with replacement and see how far the
// statistic moves. Percentile method (Efron 1979); simple, and right enough for medians and ratios of sums.

import { quantileOf } from './quantile.ts'

/** A statistic and the interval in which it lies at the level asked for. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What to draw from, and what to make of it. */
export interface BootstrapOptions<T> {
  /** Independent of each other: whole repeats, or blocks long enough to be nearly so. */
  readonly items: readonly T[]
  /** May return NaN for a draw that says nothing; such draws are left out. */
  readonly statistic: (items: readonly T[]) => number
  /** Uniform in [0, 1); seeded by the caller, so that the same records give the same interval. */
  readonly random: () => number
  readonly resamples?: number
  /** 0.95 leaves 2.5 % on either side. */
  readonly level?: number
}

/** The statistic of the items and its interval. Without items, or where the statistic says nothing, all three are NaN. */
export function bootstrap<T>({
  items,
  statistic,
  random,
  resamples = 1_000,
  level = 0.95,
}: BootstrapOptions<T>): Interval {
  const value = items.length === 0 ? NaN : statistic(items)
  if (Number.isNaN(value)) return { value: NaN, low: NaN, high: NaN }
  const found: number[] = []
  const draw = [...items]
  for (let n = 0; n < resamples; n += 1) {
    for (let i = 0; i < draw.length; i += 1) {
      draw[i] = items[Math.floor(random() * items.length)] as T
    }
    const one = statistic(draw)
    if (!Number.isNaN(one)) found.push(one)
  }
  found.sort((a, b) => a - b)
  const outside = (1 - level) / 2
  return { value, low: quantileOf(found, outside), high: quantileOf(found, 1 - outside) }
}
