// The second half of the search: which rungs around the edge a repeat plays. Every repeat plays a window around
// the edge that the one before found, upwards; where all of it held it asks for one more above, where none held for
// one more below, so that each repeat finds an edge of its own, whatever those before believed.

import type { Edge, Tried } from './find-edge.ts'

/** The rungs every repeat plays, both ends included. */
export interface RungWindow {
  readonly lowest: number
  readonly highest: number
}

/**
 * In the full form the edge with one rung to either side, so that a pause which failed a rung is not believed by the
 * repeat that follows; in the quick form one step beside the edge decides whether to go up or down from there. Null
 * when there is no edge.
 */
export function windowAround(
  edge: Edge,
  { rungs, quick }: { rungs: number; quick: boolean },
): RungWindow | null {
  if (edge.highest_held === null || edge.lowest_not_held === null) return null
  if (quick) return { lowest: edge.highest_held, highest: edge.highest_held }
  return {
    lowest: Math.max(0, edge.highest_held - 1),
    highest: Math.min(rungs - 1, edge.lowest_not_held + 1),
  }
}

/** The rung that this repeat plays next, or null when it has seen enough. `tried` holds only its own steps. */
export function nextRung({
  window,
  tried,
  rungs,
  widen_at_most = 6,
}: {
  readonly window: RungWindow
  readonly tried: readonly Tried[]
  readonly rungs: number
  readonly widen_at_most?: number
}): number | null {
  const held = new Map(tried.map((step) => [step.rung, step.verdict === 'holds']))
  for (let rung = window.lowest; rung <= window.highest; rung += 1) {
    // Above two that failed there is nothing to see.
    if (held.get(rung - 1) === false && held.get(rung - 2) === false) break
    if (!held.has(rung)) return rung
  }
  const played = [...held.keys()].filter((rung) => rung >= window.lowest - widen_at_most)
  const top = Math.max(...played)
  const bottom = Math.min(...played)
  if (held.get(top) === true && top < Math.min(rungs - 1, window.highest + widen_at_most)) {
    return top + 1
  }
  if (held.get(bottom) === false && bottom > Math.max(0, window.lowest - widen_at_most))
    return bottom - 1
  return null
}

/** The edge of one repeat: so many rungs from its lowest as it held. Null when it held none, or every rung up to the top. */
export function edgeOfRepeat(tried: readonly Tried[], { rungs }: { rungs: number }): Edge | null {
  const held = tried.filter(({ verdict }) => verdict === 'holds').length
  const lowest = Math.min(...tried.map(({ rung }) => rung))
  const highest_held = lowest + held - 1
  if (held === 0 || highest_held + 1 >= rungs) return null
  return { steps: tried, highest_held, lowest_not_held: highest_held + 1, found: true }
}
