// How many instances an autoscaled part had and needed, second by second.
//
//   needed = work ÷ (target × what one may use)        target tracking
//          = messages ÷ messages per instance          backlog per worker
//
// A saturated part uses no more than it may, so its work is what the actions that were due would have used: by the
// CPU that an action took in those seconds of the same phase in which the part was not saturated, or in all of the
// phase when it always was. Phases differ in what people do, and so in what an action takes.

import type { PartSecond, PlannedPart, RunRecord, SecondRecord } from '@plimsoll/record'
import { backlogSeconds } from './backlog.ts'
import { countsIn } from './felt.ts'

/** Instances there and needed in one second. */
export interface InstanceSecond {
  readonly second: number
  readonly there: number
  /** Null: nothing is known of the load. */
  readonly needed: number | null
}

/** Seconds to either side over which need is a mean: arrivals are random, and an instance is not had for one second. */
const smoothing_seconds = 2
const saturated_share = 0.85
/** So much more than a whole number needs no other one. */
const spare_instances = 0.1

/** Instances of a part there and needed, in every second of the phases. */
export function instanceSeconds(run: RunRecord, part: PlannedPart): InstanceSecond[] {
  const phases = run.stretches.filter(({ kind }) => kind === 'phase')
  const [from, to] = [phases[0]?.from_second ?? 0, phases.at(-1)?.to_second ?? 0]
  const rows = run.parts.filter(({ second }) => second >= from && second < to)
  const needs = phases.flatMap(({ from_second, to_second }) => {
    const played = rows.filter(({ second }) => second >= from_second && second < to_second)
    return needsOf(played, { part, seconds: run.seconds })
  })
  return [...ownSeconds(rows, part)].map(([second, there]) => {
    const near = needs.filter((need) => Math.abs(need.second - second) <= smoothing_seconds)
    const need =
      near.length === 0 ? null : sum(near.map(({ instances }) => instances)) / near.length
    return { second, there: there.length / part.processes, needed: within(need, part) }
  })
}

function ownSeconds(rows: readonly PartSecond[], { part }: PlannedPart) {
  const own = rows.filter((row) => row.part === part)
  return Map.groupBy(own, ({ second }) => second)
}

function within(need: number | null, { autoscaling, instances }: PlannedPart): number | null {
  if (need === null) return null
  const { least, most } = autoscaling ?? { least: 1, most: instances }
  return Math.min(most, Math.max(least, Math.ceil(need - spare_instances)))
}

/** Instances that the load of each second of one phase asks for, not yet whole. */
function needsOf(
  rows: readonly PartSecond[],
  { part, seconds }: { part: PlannedPart; seconds: readonly SecondRecord[] },
): { second: number; instances: number }[] {
  const policy = part.autoscaling?.policy
  if (policy === undefined) return []
  if (policy.kind === 'backlog') {
    return backlogSeconds(rows).map(({ second, messages }) => ({
      second,
      instances: messages / policy.messages_per_instance,
    }))
  }
  const looked = [...ownSeconds(rows, part)].map(([second, there]) => ({
    second,
    used: sum(there.map(({ cpu_cores }) => cpu_cores)),
    limit: sum(there.map(({ limit_cores }) => limit_cores ?? 0)),
    ...countsIn(seconds[second]),
  }))
  const calm = looked.filter(({ used, limit }) => used < saturated_share * limit)
  const from = calm.length === 0 ? looked : calm
  const ok = sum(from.map((one) => one.ok))
  const perAction = ok === 0 ? 0 : sum(from.map(({ used }) => used)) / ok
  return looked
    .filter(({ limit }) => limit > 0)
    .map(({ second, used, limit, due }) => {
      const isSaturated = used >= saturated_share * limit
      const work = isSaturated ? Math.max(used, due * perAction) : used
      return { second, instances: work / (policy.target_share * part.limit_cores) }
    })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
