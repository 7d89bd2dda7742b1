// Where the search begins: at what the CPU used during the warm-up suggests, corrected by how far that was
// off for the configuration before. A good guess saves steps; a bad one costs some, never the result.

import type { PartSecond, PlannedConfiguration } from '@plimsoll/record'
import type { Edge } from './search/index.ts'

/** What an earlier configuration of the experiment turned out to carry. */
export interface FoundEdge {
  readonly configuration: PlannedConfiguration
  readonly edge: Edge
  /** What had been guessed for it, sessions per second. */
  readonly guessed_per_second: number
}

/**
 * Sessions per second at which the first part would use all the CPU it may, from what the parts used at
 * a known rate without limits.
 */
export function guessFromCpu({
  parts,
  configuration,
  sessions_per_second,
}: {
  readonly parts: readonly PartSecond[]
  readonly configuration: PlannedConfiguration
  readonly sessions_per_second: number
}): number {
  const last = Math.max(0, ...parts.map(({ second }) => second))
  const guesses = configuration.parts.map(({ part, instances, limit_cores }) => {
    const rows = parts.filter((row) => row.part === part && row.second >= last - 1)
    const seconds = new Set(rows.map(({ second }) => second)).size
    const used_cores = rows.reduce((sum, row) => sum + row.cpu_cores, 0) / Math.max(1, seconds)
    // A managed part has no limit to reach.
    return used_cores === 0 || limit_cores === 0
      ? Infinity
      : (sessions_per_second * instances * limit_cores) / used_cores
  })
  return Math.min(...guesses)
}

/** A part so busy still answers in time. */
const busyYetHolds_share = 0.8

/**
 * Sessions per second at which the busiest limited instance would be as busy as one that still holds, from what all used
 * in a step that held. 0 when none is limited or none used any: nothing is known.
 */
export function holdsFromCpu(parts: readonly PartSecond[], sessions_per_second: number): number {
  const instances = Map.groupBy(parts, ({ part, instance }) => `${part} ${instance}`)
  const shares = [...instances.values()].map((rows) => {
    const limited = rows.filter(({ limit_cores }) => limit_cores !== null)
    const used = limited.reduce((sum, row) => sum + row.cpu_cores / (row.limit_cores ?? 1), 0)
    return used / Math.max(1, limited.length)
  })
  const busiest_share = Math.max(0, ...shares)
  return busiest_share === 0 ? 0 : (sessions_per_second * busyYetHolds_share) / busiest_share
}

/** The rung to try first. */
export function startingRung({
  ladder,
  guessed_per_second,
  edges,
}: {
  readonly ladder: readonly number[]
  readonly guessed_per_second: number
  readonly edges: readonly FoundEdge[]
}): number {
  const last = edges.findLast(
    ({ edge, guessed_per_second: guess }) => edge.highest_held !== null && Number.isFinite(guess),
  )
  const off = last === undefined ? 1 : ladder[last.edge.highest_held!]! / last.guessed_per_second
  const rate = Number.isFinite(guessed_per_second * off) ? guessed_per_second * off : ladder[0]!
  return nearestRung(ladder, rate)
}

/** The highest rung that is not above `rate`, or the lowest of all. */
export function nearestRung(ladder: readonly number[], rate: number): number {
  return Math.max(
    0,
    ladder.findLastIndex((rung) => rung <= rate),
  )
}
