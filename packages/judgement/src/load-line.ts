// The load line from the verdicts of steps: the rate at which half of the repeats hold, and how sure that is.
// Rates are compared as multiples, so everything here is done in rungs and turned into a rate at the end.

import type { Check, PlannedSearch, Verdict } from '@plimsoll/record'
import { bootstrap, smallSampleFactor, type Interval } from '@plimsoll/statistics'
import type { Estimate } from './judgement.ts'

/** One step of the search: which repeat tried which rung, and how it went. */
export interface TriedStep {
  readonly repeat: number
  readonly rung: number
  readonly verdict: Verdict
}

/**
 * Which rungs one repeat held: 1 when it did, 0 when it did not, ½ when that stayed open, which happens as often
 * above the edge as below it. A rung it did not play is judged by its neighbours.
 */
export type HeldByRung = ReadonlyMap<number, number>

const shares: Readonly<Record<Verdict, number>> = { holds: 1, inconclusive: 0.5, fails: 0 }

/** What each repeat held. A rung played more than once counts as held when its last conclusive step held. */
export function repeatsOf(steps: readonly TriedStep[]): HeldByRung[] {
  const repeats = new Map<number, Map<number, number>>()
  for (const { repeat, rung, verdict } of steps) {
    const held = repeats.get(repeat) ?? new Map<number, number>()
    repeats.set(repeat, held)
    if (verdict !== 'inconclusive' || !held.has(rung)) held.set(rung, shares[verdict])
  }
  return [...repeats.values()]
}

/**
 * The fractional rung at which half of the repeats hold; 17.5 lies midway between rungs 17 and 18. It is the
 * mean of the edges of the repeats (Spearman and Kärber's estimate of a median): simulated against interpolating
 * where the share crosses one half, it errs less. NaN when no step held or none failed.
 *
 *   edge = lowest − ½ + Σ share of repeats that hold at rung
 */
export function edgeRung(repeats: readonly HeldByRung[]): number {
  const rungs = [...new Set(repeats.flatMap((held) => [...held.keys()]))].toSorted((a, b) => a - b)
  const all = repeats.flatMap((held) => [...held.values()])
  if (!all.includes(1) || all.every((share) => share === 1)) return NaN
  const lowest = rungs[0] as number
  const highest = rungs.at(-1) as number
  let sum = 0
  for (let rung = lowest; rung <= highest; rung += 1) {
    const known = repeats.map((held) => holdsAt(held, rung)).filter((one) => one !== null)
    sum +=
      known.length === 0 ? 0.5 : known.reduce((total, share) => total + share, 0) / known.length
  }
  return lowest - 0.5 + sum
}

/** By its own verdict; else held below a rung that held, not held above one that did not. */
function holdsAt(held: HeldByRung, rung: number): number | null {
  const own = held.get(rung)
  if (own !== undefined) return own
  for (const [other, holds] of held) if (other > rung && holds === 1) return 1
  for (const [other, holds] of held) if (other < rung && holds === 0) return 0
  return null
}

/**
 * What two deployments of the same configuration may differ by, which repeats of one each cannot tell: 95 %.
 * Measured: decisions/0015.
 */
const oneDeployment_ratio = 1.36

/** The same in rungs. */
export function oneDeploymentRungs(ladder: readonly number[]): number {
  return Math.log(oneDeployment_ratio) / Math.log(factorOf(ladder))
}

/** Each rung ÷ the one below; 1.05 where there are no two. */
export function factorOf([first, second]: readonly number[]): number {
  return first === undefined || second === undefined ? 1.05 : second / first
}

/**
 * The load line in sessions per second with its 95 % interval: a bootstrap over the repeats, never narrower
 * than one rung, or than deployments differ where there was one. Null when no step held or none failed, and of a single repeat, which says nothing of others.
 */
export function loadLineOf({
  steps,
  search,
  checks,
  random,
}: {
  readonly steps: readonly TriedStep[]
  readonly search: PlannedSearch
  readonly checks: readonly Check[]
  readonly random: () => number
}): Estimate | null {
  const ladder = search.ladder_sessions_per_second
  const repeats = repeatsOf(steps)
  if (repeats.length < 2) return null
  const found = bootstrap({ items: repeats, statistic: edgeRung, random })
  if (Number.isNaN(found.value)) return null
  const { low, high } = widened(found, { repeats: repeats.length, least: leastOf(search) })
  return {
    value: rateAt(ladder, found.value),
    low: rateAt(ladder, low) / (1 + unseenOverload(search, checks)),
    high: rateAt(ladder, high),
  }
}

/** The least that an edge may be off, in rungs. */
export function leastOf({ kept_deployed, ladder_sessions_per_second }: PlannedSearch): number {
  return kept_deployed === true ? oneDeploymentRungs(ladder_sessions_per_second) / Math.SQRT2 : 0.5
}

/** An interval in rungs as wide as so few repeats ask for, and at least `least` to either side. */
export function widened(
  { value, low, high }: Interval,
  { repeats, least }: { repeats: number; least: number },
): Interval {
  const factor = smallSampleFactor(repeats)
  return {
    value,
    low: value - Math.max(least, (value - low) * factor),
    high: value + Math.max(least, (high - value) * factor),
  }
}

/** The rate at a fractional rung; beyond the ends the ladder goes on as it began. */
export function rateAt(ladder: readonly number[], rung: number): number {
  const below = Math.min(Math.max(Math.floor(rung), 0), Math.max(0, ladder.length - 2))
  const from = ladder[below] ?? NaN
  const to = ladder[below + 1] ?? from * factorOf(ladder)
  return from * (to / from) ** (rung - below)
}

/**
 * An overload of δ (0.01 is one percent too much) builds a queue of δ·t seconds in t seconds. It stays unseen
 * until that reaches the limit, so a step of length T cannot show an overload below limit ÷ T: the low end of
 * the interval gives way by that much.
 */
function unseenOverload(search: PlannedSearch, checks: readonly Check[]): number {
  const limits = checks.flatMap((check) => (check.kind === 'response_time' ? check.below_ms : []))
  return limits.length === 0 ? 0 : Math.min(...limits) / 1_000 / search.counted_seconds
}
