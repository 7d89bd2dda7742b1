// Where the search begins: at the expected load, or where the last configuration's edge and the sizes suggest.

import type { Plan, PlannedConfiguration } from '@plimsoll/record'
import type { Edge } from './search/index.ts'

/** What an earlier configuration of the experiment turned out to carry. */
export interface FoundEdge {
  readonly configuration: PlannedConfiguration
  readonly edge: Edge
  readonly actionsPerSession: number
}

export function startingRung({
  plan,
  entry,
  configuration,
  edges,
  actionsPerSession,
}: {
  readonly plan: Plan
  /** The part that users reach. */
  readonly entry: string
  readonly configuration: PlannedConfiguration
  readonly edges: readonly FoundEdge[]
  readonly actionsPerSession: number
}): number {
  const ladder = plan.search.ladder_sessions_per_second
  const last = edges.findLast(({ edge }) => edge.highest_held !== null)
  if (last === undefined) {
    return nearestRung(ladder, plan.expected_per_second / plan.scale / actionsPerSession)
  }
  const held = ladder[last.edge.highest_held!]!
  // A guess only: as much more as its entry part has more vCPU, a little less for what does not scale.
  const more = (vcpuOf(configuration, entry) / vcpuOf(last.configuration, entry)) ** 0.9
  return nearestRung(ladder, held * more)
}

/** The highest rung that is not above `rate`, or the lowest of all. */
export function nearestRung(ladder: readonly number[], rate: number): number {
  return Math.max(
    0,
    ladder.findLastIndex((rung) => rung <= rate),
  )
}

function vcpuOf({ parts }: PlannedConfiguration, entry: string): number {
  const part = parts.find((candidate) => candidate.part === entry)
  return part === undefined ? 1 : part.instances * part.vcpu
}
