// How fast the next round of the warm-up may go: as fast as this machine carries without a long queue, from what the
// last one cost. And when it is over: compilers make sessions cheaper, until they have done their work.

import type { PartSecond } from '@plimsoll/record'
import type { Workload } from '@plimsoll/workload'
import { coldStretch, mostColdRounds, warmUpRates, type Stretch } from './stretches.ts'

/** Of all cores together, and of the one core that a process of one thread can use. */
const share = 0.85
/** Sessions that have not done much in the first seconds may be about to. */
const fasterAtMost = 4
/** A machine that is so busy does not tell what a session costs. */
const tooBusy_share = 0.9
/** A session that costs so much of what the cheapest one did is hardly cheaper. */
const noCheaper_share = 0.93
/** The more processes there are, the less each becomes warmer in a round. */
const roundsNoCheaper = 3

/** Plays the first rounds of the warm-up, each as fast as the last one allows, until sessions cost no less; how fast the rest may go. */
export async function feelHotRate({
  workload,
  scale,
  processes,
  entry,
  cores,
  play,
}: {
  readonly workload: Workload
  readonly scale: number
  /** Of the entry part. */
  readonly processes: number
  readonly entry: string
  readonly cores: number
  /** Resolves to what every part used until the round ended. */
  readonly play: (stretch: Stretch) => Promise<readonly PartSecond[]>
}): Promise<number> {
  const { first, most } = warmUpRates({ workload, scale, processes })
  let sessions_per_second = first
  let cheapest = Infinity
  let noCheaper = 0
  for (let round = 0; round < mostColdRounds && noCheaper < roundsNoCheaper; round += 1) {
    const parts = await play(coldStretch({ workload, round, sessions_per_second }))
    // The machine was too busy to be looked at.
    if (parts.length === 0) continue
    const used = usedIn(lastSecondOf(parts))
    const cost = used / sessions_per_second
    if (cost < noCheaper_share * cheapest) {
      cheapest = cost
      noCheaper = 0
    } else if (used < tooBusy_share * cores) {
      noCheaper += 1
    }
    sessions_per_second = Math.min(most, hotRate({ parts, entry, cores, sessions_per_second }))
  }
  return sessions_per_second
}

/** Sessions per second that keep every core busy for `share` of the time: at most four times what was played. */
export function hotRate({
  parts,
  entry,
  cores,
  sessions_per_second,
}: {
  /** What every part used in the seconds before, the generator and the balancer among them. */
  readonly parts: readonly PartSecond[]
  readonly entry: string
  /** Of this machine. */
  readonly cores: number
  /** Played in those seconds. */
  readonly sessions_per_second: number
}): number {
  const rows = lastSecondOf(parts)
  const all = usedIn(rows)
  const door = Math.max(0, ...rows.map(({ part, cpu_cores }) => (part === entry ? cpu_cores : 0)))
  const faster = share * Math.min(cores / Math.max(all, 0.01), 1 / Math.max(door, 0.01))
  return sessions_per_second * Math.min(fasterAtMost, faster)
}

function lastSecondOf(parts: readonly PartSecond[]): PartSecond[] {
  const last = Math.max(0, ...parts.map(({ second }) => second))
  return parts.filter(({ second }) => second === last)
}

/** Cores. */
function usedIn(rows: readonly PartSecond[]): number {
  return rows.reduce((sum, { cpu_cores }) => sum + cpu_cores, 0)
}
