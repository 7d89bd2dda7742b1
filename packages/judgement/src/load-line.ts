// The load line from the verdicts of steps: the rate at which half of the repeats hold, and how sure that is.
// Rates are compared as multiples, so everything here is done in rungs and turned into a rate at the end.

import type { Verdict } from '@plimsoll/record'

/** One step of the search: which repeat tried which rung, and how it went. */
export interface TriedStep {
  readonly repeat: number
  readonly rung: number
  readonly verdict: Verdict
}

/** Which rungs one repeat held; a rung it did not play is judged by its neighbours. */
export type HeldByRung = ReadonlyMap<number, boolean>

/** What each repeat held. A rung played more than once counts as held when its last conclusive step held. */
export function repeatsOf(steps: readonly TriedStep[]): HeldByRung[] {
  const repeats = new Map<number, Map<number, boolean>>()
  for (const { repeat, rung, verdict } of steps) {
    const held = repeats.get(repeat) ?? new Map<number, boolean>()
    repeats.set(repeat, held)
    if (verdict !== 'inconclusive' || !held.has(rung)) held.set(rung, verdict === 'holds')
  }
  return [...repeats.values()]
}

/**
 * The fractional rung at which half of the repeats hold; 17.5 lies midway between rungs 17 and 18. NaN when
 * no step held or none failed.
 */
export function edgeRung(repeats: readonly HeldByRung[]): number {
  const rungs = [...new Set(repeats.flatMap((held) => [...held.keys()]))].toSorted((a, b) => a - b)
  const all = repeats.flatMap((held) => [...held.values()])
  if (!all.includes(true) || !all.includes(false)) return NaN
  const lowest = rungs[0] as number
  const highest = rungs.at(-1) as number
  let sum = 0
  for (let rung = lowest; rung <= highest; rung += 1) {
    const known = repeats.map((held) => holdsAt(held, rung)).filter((one) => one !== null)
    sum += known.length === 0 ? 0.5 : known.filter(Boolean).length / known.length
  }
  return lowest - 0.5 + sum
}

/** By its own verdict; else held below a rung that held, not held above one that did not. */
function holdsAt(held: HeldByRung, rung: number): boolean | null {
  const own = held.get(rung)
  if (own !== undefined) return own
  for (const [other, holds] of held) if (other > rung && holds) return true
  for (const [other, holds] of held) if (other < rung && !holds) return false
  return null
}
