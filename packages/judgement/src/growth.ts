// Do response times grow through a step? A queue that is slightly overloaded grows in a straight line and
// breaks the check only after the step has ended. Kendall's τ says whether there is a line, the median of all
// slopes between two seconds (Theil and Sen) how steep it is; a single slow second moves neither.

import type { SecondRecord } from '@plimsoll/record'
import { median } from '@plimsoll/statistics'

/** Pairs of seconds in rising order less those in falling order, as a share of all pairs. */
const least_tau = 0.2
/** How far ahead a line is believed: so many times what was seen of it, and a minute at most. */
const ahead = { times: 7, most_seconds: 60 }

/** Whether, and to where, response times grow. */
export interface Growth {
  readonly grows: boolean
  /** Mean response time of the last second. */
  readonly last_ms: number
  /** Where it would be so much later if it went on like this. */
  readonly ahead_ms: number
  readonly ahead_seconds: number
}

/** Whether the mean response time of ok answers grows from second to second, of the actions looked at. */
export function growthOf(
  seconds: readonly SecondRecord[],
  { of }: { of: (action: string) => boolean },
): Growth {
  const means = seconds.map((second) => meanOf(second, of)).filter((mean) => !Number.isNaN(mean))
  const slopes: number[] = []
  let rising = 0
  for (let later = 1; later < means.length; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      const step = (means[later] as number) - (means[earlier] as number)
      rising += Math.sign(step)
      slopes.push(step / (later - earlier))
    }
  }
  const last_ms = means.at(-1) ?? NaN
  const slope = slopes.length === 0 ? 0 : median(slopes)
  const ahead_seconds = Math.min(ahead.most_seconds, ahead.times * means.length)
  return {
    grows: rising / slopes.length >= least_tau,
    last_ms,
    ahead_ms: last_ms + slope * ahead_seconds,
    ahead_seconds,
  }
}

function meanOf(second: SecondRecord, of: (action: string) => boolean): number {
  let sum = 0
  let count = 0
  for (const [name, { response_time }] of second.actions) {
    if (response_time.count === 0 || !of(name)) continue
    sum += response_time.mean_us * response_time.count
    count += response_time.count
  }
  return sum / count / 1_000
}
