// What the queues of one configuration did over all its runs: from which rate on work piles up, and how fast
// the largest pile went away again.

import type { PartSecond, Plan, RunRecord } from '@plimsoll/record'
import { randomStream } from '@plimsoll/workload'
import { judgeBacklog, largestDrain, type Drain } from './backlog.ts'
import { countedParts, type CountedStep } from './counted-steps.ts'
import type { BacklogSummary } from './judgement.ts'
import { loadLineOf } from './load-line.ts'

/** Null where no queue was looked at. */
export function backlogSummary({
  runs,
  steps,
  plan,
  actions_per_session,
}: {
  readonly runs: readonly RunRecord[]
  readonly steps: readonly CountedStep[]
  readonly plan: Plan
  readonly actions_per_session: number
}): BacklogSummary | null {
  if (!runs.some((run) => run.parts.some((row) => row.queue_depth !== undefined))) return null
  const random = randomStream(plan.seed, 37)
  // Only whether it grew: other checks may have failed long before.
  const judged = steps.map((step) => ({
    repeat: step.repeat,
    rung: step.rung,
    verdict: judgeBacklog({ kind: 'backlog' }, countedParts(step.run, step.stretch)).verdict,
  }))
  const { search, scale } = plan
  const line = loadLineOf({ steps: judged, search, checks: [], random: () => random.float() })
  const factor = actions_per_session * scale
  const drains = runs
    .map((run) => largestDrain(underLimits(run.parts)))
    .filter((one) => one !== null)
  return {
    grows_from_per_second:
      line === null
        ? null
        : { value: line.value * factor, low: line.low * factor, high: line.high * factor },
    largest: drains.reduce<Drain | null>(
      (largest, one) => (largest === null || one.messages > largest.messages ? one : largest),
      null,
    ),
  }
}

/** Before and after, workers are faster than those that were asked for. Where nothing is limited: all. */
function underLimits(rows: readonly PartSecond[]): PartSecond[] {
  const isLimited = (row: PartSecond) => row.limit_cores !== null
  const first = rows.find(isLimited)?.second ?? 0
  const last = rows.findLast(isLimited)?.second ?? Infinity
  return rows.filter(({ second }) => first <= second && second <= last)
}
