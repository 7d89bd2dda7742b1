// Between which two values does a system stop holding? The ends first, then halving until they are close enough.
//
//   holds ├──────────────●──────────────┤ does not       less is better: a boot delay
//                        └─ tried: one half goes

import type { Verdict } from '@plimsoll/record'

export interface BisectOptions {
  /** The end at which it should hold, and the end at which it should not. */
  readonly from: number
  readonly to: number
  /** How far apart the ends of the bracket may stay. */
  readonly within: number
  /** Plays a value and judges it. An inconclusive one is tried once more; twice counts as not holding. */
  readonly measure: (value: number) => Promise<Verdict>
}

/** Plays values until the bracket is narrow enough. What it played says between which two the answer lies. */
export async function bisect({ from, to, within, measure }: BisectOptions): Promise<void> {
  const holds = async (value: number) => {
    const verdict = await measure(value)
    return (verdict === 'inconclusive' ? await measure(value) : verdict) === 'holds'
  }
  if (!(await holds(from)) || (await holds(to))) return
  let [held, failed] = [from, to]
  while (failed - held > within) {
    const middle = (held + failed) / 2
    if (await holds(middle)) held = middle
    else failed = middle
  }
}

/** How many values it plays at most, without those tried twice. */
export function bisectSteps({ from, to, within }: Omit<BisectOptions, 'measure'>): number {
  return 2 + Math.max(0, Math.ceil(Math.log2((to - from) / within)))
}
