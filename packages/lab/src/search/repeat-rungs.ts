// The second half of the search: which rungs around the edge a repeat plays. Every repeat plays a window around
// the edge that the one before found, upwards; where all of it held it goes on above, where none held below, so that
// each repeat finds an edge of its own, whatever those before believed.

import { edgeRung, repeatsOf } from '@plimsoll/judgement'
import { doublingRungs, verdictOf, type Edge, type Measure, type Tried } from './find-edge.ts'

/** The rungs every repeat plays, both ends included. */
export interface RungWindow {
  readonly lowest: number
  readonly highest: number
}

/**
 * In the full form the edge with one rung to either side, so that a pause which failed a rung is not believed by the
 * repeat that follows; in the quick form one step at the edge decides whether to go up or down from there. Null
 * when there is no edge.
 */
export function windowAround(
  edge: Edge,
  { ladder, quick }: { ladder: readonly number[]; quick: boolean },
): RungWindow | null {
  if (edge.highest_held === null || edge.lowest_not_held === null) return null
  if (quick) return { lowest: edge.highest_held, highest: edge.highest_held }
  return {
    lowest: Math.max(0, edge.highest_held - 1),
    highest: Math.min(ladder.length - 1, edge.lowest_not_held + 1),
  }
}

/**
 * The rung that this repeat plays next, or null when it has seen enough. `tried` holds only its own steps.
 *
 *   all of the window held ──▶ one above it, 2, 4, 8, 16 …, then halve between the last that held and the first that did not
 *   none of it held ──▶ the same downwards
 */
export function nextRung({
  window,
  tried,
  ladder,
}: {
  readonly window: RungWindow
  readonly tried: readonly Tried[]
  readonly ladder: readonly number[]
}): number | null {
  const held = new Map(tried.map((step) => [step.rung, step.verdict === 'holds']))
  for (let rung = window.lowest; rung <= window.highest; rung += 1) {
    // Above two that failed there is nothing to see.
    if (held.get(rung - 1) === false && held.get(rung - 2) === false) break
    if (!held.has(rung)) return rung
  }
  const top = Math.max(...held.keys())
  const bottom = Math.min(...held.keys())
  if (held.get(top) === true) {
    const highest = Math.min(ladder.length - 1, window.highest + doublingRungs(ladder))
    return top < highest ? Math.min(highest, top + Math.max(1, top - window.highest)) : null
  }
  if (held.get(bottom) === false) {
    const lowest = Math.max(0, window.lowest - doublingRungs(ladder))
    return bottom > lowest ? Math.max(lowest, bottom - Math.max(1, window.lowest - bottom)) : null
  }
  const below = Math.max(...[...held].flatMap(([rung, holds]) => (holds ? rung : [])))
  const above = Math.min(...[...held.keys()].filter((rung) => rung > below))
  return above - below > 1 ? (below + above) >> 1 : null
}

/** What a repeat plays, and how. */
export interface RepeatEdgeOptions {
  readonly window: RungWindow
  readonly ladder: readonly number[]
  readonly repeat: number
  readonly measure: Measure
}

/** Plays a repeat and resolves to the edge it found, null where it found none. */
export async function repeatEdge({
  window,
  ladder,
  repeat,
  measure,
}: RepeatEdgeOptions): Promise<Edge | null> {
  const tried: Tried[] = []
  for (;;) {
    const rung = nextRung({ window, tried, ladder })
    if (rung === null) return edgeOfRepeat(tried)
    tried.push({ repeat, rung, verdict: verdictOf(await measure({ rung, repeat })) })
  }
}

/** The edge of one repeat, as the judge sees it. Null when it held none, or every rung that it played. */
export function edgeOfRepeat(tried: readonly Tried[]): Edge | null {
  const edge = edgeRung(repeatsOf(tried))
  if (Number.isNaN(edge)) return null
  const highest_held = Math.ceil(edge - 1)
  return { steps: tried, highest_held, lowest_not_held: highest_held + 1, found: true }
}
