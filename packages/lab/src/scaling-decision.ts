// From what is measured to how many instances are wanted: pure, the same for every policy.
//
//   need    = ready × CPU share ÷ target            target tracking
//           = messages ÷ messages per instance      backlog per worker
//   wanted  = ⌈need⌉ between least and most; fewer only when 90 % of them would do

import type { PartSecond, PlannedAutoscaling } from '@plimsoll/record'

/** What the policy sees: means over the time that it takes to notice. */
export interface ScalingView {
  readonly second: number
  /** Instances that serve. */
  readonly ready: number
  /** Asked for and not ready yet. */
  readonly coming: number
  /** CPU used ÷ limit of the part; null where nothing is limited or known. */
  readonly cpu_share: number | null
  /** Messages of all queues that are not deleted; null where nothing is known. */
  readonly messages: number | null
}

/** Room left before an instance is given up. */
const roomForFewer_share = 0.9

/** How many instances would do; null when nothing is known. */
export function wantedInstances(planned: PlannedAutoscaling, view: ScalingView): number | null {
  const need = needOf(planned, view)
  if (need === null) return null
  const within = (count: number) => Math.min(planned.most, Math.max(planned.least, count))
  const more = within(Math.ceil(need - 1e-9))
  const now = view.ready + view.coming
  return more >= now ? more : Math.min(now, within(Math.ceil(need / roomForFewer_share - 1e-9)))
}

function needOf({ policy }: PlannedAutoscaling, { ready, cpu_share, messages }: ScalingView) {
  if (policy.kind === 'backlog') {
    return messages === null ? null : messages / policy.messages_per_instance
  }
  return cpu_share === null ? null : (ready * cpu_share) / policy.target_share
}

/** Instances to ask for (above 0) or to give up (below 0) now; nothing while an earlier change cools down. */
export function scalingChange(
  planned: PlannedAutoscaling,
  view: ScalingView,
  { changed_second }: { readonly changed_second: number },
): number {
  if ((view.second - changed_second) * 1_000 < planned.cooldown_ms) return 0
  const wanted = wantedInstances(planned, view)
  return wanted === null ? 0 : wanted - view.ready - view.coming
}

/** The means of a part and of the queues over the rows of some seconds. */
export function seenIn(
  rows: readonly PartSecond[],
  part: string,
): Pick<ScalingView, 'cpu_share' | 'messages'> {
  const own = rows.filter((row) => row.part === part)
  const limit = sum(own.map((row) => row.limit_cores ?? 0))
  const queues = rows.filter((row) => row.queue_depth !== undefined)
  const seconds = new Set(queues.map(({ second }) => second)).size
  const messages = sum(queues.map((row) => (row.queue_depth ?? 0) + (row.queue_in_flight ?? 0)))
  return {
    cpu_share: limit === 0 ? null : sum(own.map((row) => row.cpu_cores)) / limit,
    messages: seconds === 0 ? null : messages / seconds,
  }
}

/** It carries load when it does so much of what an instance of its part does on the mean. */
const usefulOfPeers_share = 0.2

/**
 * The first second from `booted` on in which an instance answered a fifth of the requests that an instance of its
 * part answered on the mean; where it does not count requests, used a fifth of the CPU. Null when there was none.
 */
export function firstUseful(
  rows: readonly PartSecond[],
  { part, instance, booted }: { part: string; instance: number; booted: number },
): number | null {
  const after = rows.filter((row) => row.part === part && row.second >= Math.ceil(booted))
  for (const [second, peers] of Map.groupBy(after, (row) => row.second)) {
    const own = peers.find((row) => row.instance === instance)
    const workOf = (row: PartSecond) =>
      own?.requests === undefined ? row.cpu_cores : (row.requests ?? 0)
    const mean = sum(peers.map(workOf)) / peers.length
    if (own !== undefined && mean > 0 && workOf(own) >= usefulOfPeers_share * mean) return second
  }
  return null
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
