// Was the load sent as planned? A generator that is out of CPU, or that sends late, measures itself, and so does
// a balancer at its limit. Steps far above the edge do not matter: nothing is claimed of them.

import {
  generatorLacks,
  type Caveat,
  type Check,
  type PartSecond,
  type ReasonCount,
  type StretchRecord,
} from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'

/** Each does its work on one thread: from here on it has no time left for bursts. */
const busy_cores = 0.9
const laboratory = [
  { part: 'generator', words: 'The load generator itself' },
  { part: 'balancer', words: 'The balancer' },
] as const
/** Lateness p99 allowed: a tenth of the tightest limit on response time, and never less than this. */
const leastLateness_ms = 10
/** Of fewer, one in a hundred is none. */
const leastRequests = 100

/**
 * Caveats that forbid `holds`. `spans`: the rows of the parts in the steps at the edge, and in each phase by itself.
 * `held`: the steps at the edge and the phases that held. `reasons`: why actions did not end ok, anywhere in the run.
 */
export function generatorCaveats({
  spans,
  held,
  reasons,
  checks,
}: {
  readonly spans: readonly (readonly PartSecond[])[]
  readonly held: readonly StretchRecord[]
  readonly reasons: readonly ReasonCount[]
  readonly checks: readonly Check[]
}): Caveat[] {
  const caveats: Caveat[] = []
  for (const { part, words } of laboratory) {
    const cores = busiest(spans, (row) => row.part === part)
    if (cores < busy_cores) continue
    caveats.push({
      code: `${part}-saturated`,
      text: `${words} was at its limit (${cores.toFixed(2)} cores used of one): the system may carry more than was measured.`,
      forbids_holds: true,
    })
  }
  const queues = spans.flat().filter(isManagedQueue)
  for (const part of new Set(queues.map((row) => row.part))) {
    const cores = busiest(spans, (row) => row.part === part && isManagedQueue(row))
    if (cores < busy_cores) continue
    caveats.push({
      code: 'queue-saturated',
      text: `The embedded queue "${part}" was at its limit (${cores.toFixed(2)} cores used of one): a managed queue may carry more.`,
      forbids_holds: true,
    })
  }
  const files = countOf(reasons, generatorLacks.files)
  if (files > 0) {
    caveats.push({
      code: 'generator-out-of-files',
      text: `${files} × the load generator itself could not send: ${generatorLacks.files}. Raise the limit (ulimit -n).`,
      forbids_holds: true,
    })
  }
  const ports = countOf(reasons, generatorLacks.ports)
  if (ports > 0) {
    caveats.push({
      code: 'generator-out-of-ports',
      text: `${ports} × the load generator itself could not send: ${generatorLacks.ports}. Let connections live longer, aim at several addresses, or widen net.ipv4.ip_local_port_range.`,
      forbids_holds: true,
    })
  }
  const lateness = new Histogram()
  for (const stretch of held) for (const one of stretch.actions.values()) lateness.add(one.lateness)
  const late_ms = lateness.quantile(0.99) / 1_000
  const allowed_ms = allowedLateness_ms(checks)
  if (late_ms > allowed_ms && lateness.count >= leastRequests) {
    caveats.push({
      code: 'not-sent-as-planned',
      text: `One request in a hundred was sent ${Math.round(late_ms)} ms after it was due or later; at most ${Math.round(allowed_ms)} ms were allowed.`,
      forbids_holds: true,
    })
  }
  return caveats
}

function countOf(reasons: readonly ReasonCount[], what: string): number {
  return reasons.reduce((sum, { reason, count }) => sum + (reason === what ? count : 0), 0)
}

/** Cores that one instance of the part used on average, in the span in which it used most. */
function busiest(
  spans: readonly (readonly PartSecond[])[],
  isOwn: (row: PartSecond) => boolean,
): number {
  const means = spans.flatMap((rows) => {
    const instances = Map.groupBy(rows.filter(isOwn), ({ instance }) => instance)
    return [...instances.values()].map(
      (own) => own.reduce((sum, row) => sum + row.cpu_cores, 0) / own.length,
    )
  })
  return Math.max(0, ...means)
}

/** A queue without a limit stands for a managed one; on this machine it has one thread. */
function isManagedQueue(row: PartSecond): boolean {
  return row.queue_depth !== undefined && row.limit_cores === null
}

function allowedLateness_ms(checks: readonly Check[]): number {
  const limits = checks.flatMap((check) => (check.kind === 'response_time' ? check.below_ms : []))
  return Math.max(leastLateness_ms, limits.length === 0 ? 0 : Math.min(...limits) / 10)
}
