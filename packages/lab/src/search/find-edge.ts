// The first half of the load-line search: where on the ladder does the system stop holding? Up in jumps that
// double, then halving between the highest rung that held and the lowest that did not.
//
//   start ──holds──▶ +4 ──holds──▶ +8 ──holds──▶ +16 … ──does not──▶ halve until the two are neighbours
//         ──does not──▶ −4 … the same downwards
//
// Where what was used in a step that held suggests that a much higher rung would hold as well, the jump goes there.
// A step that is inconclusive, or only seems to grow, is tried once more while the edge may still be far off; twice
// counts as not holding.

import { factorOf } from '@plimsoll/judgement'
import type { Verdict } from '@plimsoll/record'

/** One step that was played. */
export interface Tried {
  readonly repeat: number
  readonly rung: number
  readonly verdict: Verdict
}

/** What the search found, and every step it played. */
export interface Edge {
  readonly steps: readonly Tried[]
  /** Null: not even the lowest rung held. */
  readonly highest_held: number | null
  /** Null: nothing failed up to the top of the ladder. */
  readonly lowest_not_held: number | null
  /** False: the number of steps ran out first. */
  readonly found: boolean
}

/** How one step went; `growing` when it fails for nothing but response times that grow. */
export type Outcome = Verdict | 'growing'

/** What a step that went so counts as. */
export function verdictOf(outcome: Outcome): Verdict {
  return outcome === 'growing' ? 'fails' : outcome
}

/** Plays one step and judges it. */
export type Measure = (step: { rung: number; repeat: number }) => Promise<Outcome>

/** Where to search and how. */
export interface FindEdgeOptions {
  /** Rates, ascending, each the same factor above the one below. */
  readonly ladder: readonly number[]
  /** The first rung to try: where the sizes or the last configuration suggest that it holds. */
  readonly start: number
  readonly measure: Measure
  /** After a step that held: the rung that it suggests, which is believed for as far as doubles the rate. */
  readonly suggest?: () => number
  readonly repeat?: number
  readonly most_steps?: number
}

/** Rungs that lie a little more than twice the rate apart. */
export function doublingRungs(ladder: readonly number[]): number {
  return Math.ceil(Math.log(2.1) / Math.log(factorOf(ladder)))
}

/** Finds the edge in a few steps: about log2 of the distance up, and as many down. */
export async function findEdge({
  ladder,
  start,
  measure,
  suggest = () => 0,
  repeat = 1,
  most_steps = 30,
}: FindEdgeOptions): Promise<Edge> {
  const rungs = ladder.length
  const doubling = doublingRungs(ladder)
  const steps: Tried[] = []
  let held = -1
  let notHeld = rungs
  let jump = 4
  let next = Math.min(Math.max(0, start), rungs - 1)
  const tryRung = async (rung: number) => {
    // An edge known this well is not worth a second try: the next repeat looks again.
    const attempts = notHeld - held > doubling / 2 ? 2 : 1
    for (let attempt = 0; attempt < attempts && steps.length < most_steps; attempt += 1) {
      const outcome = await measure({ rung, repeat })
      steps.push({ repeat, rung, verdict: verdictOf(outcome) })
      if (outcome === 'holds') return true
      if (outcome === 'fails') return false
    }
    return false
  }
  while (notHeld - held > 1 && steps.length < most_steps) {
    if (await tryRung(next)) held = next
    else notHeld = next
    if (notHeld === rungs) {
      const suggested = Math.min(suggest(), held + doubling)
      next = Math.min(Math.max(held + jump, suggested), rungs - 1)
    } else if (held === -1) next = Math.max(notHeld - jump, 0)
    else next = (held + notHeld) >> 1
    jump *= 2
  }
  return {
    steps,
    highest_held: held === -1 ? null : held,
    lowest_not_held: notHeld === rungs ? null : notHeld,
    found: notHeld - held === 1,
  }
}
