// What one run leaves behind: one workload on one deployed configuration. Times are seconds since the load
// began, on a monotonic clock; an action belongs to the second and the stretch in which it was due.

import { Histogram } from '@plimsoll/statistics'
import type { Plan, PlannedFault } from './plan.ts'

export type Verdict = 'holds' | 'fails' | 'inconclusive'

/** A recorded reason to trust a run less. */
export interface Caveat {
  /** Stable, kebab-case: `generator-saturated`, `limits-not-set`, `quick`, … */
  readonly code: string
  readonly text: string
  /** True when it forbids the verdict `holds`. */
  readonly forbids_holds: boolean
}

export interface OutcomeCounts {
  due: number
  ok: number
  failed: number
  unknown: number
  dropped: number
}

/** One action (`GET /reviews`) in one second. `due` minus the outcomes is still under way. */
export interface ActionSecond extends OutcomeCounts {
  /** Response times of ok answers, µs. */
  readonly response_time: Histogram
}

export interface SecondRecord {
  readonly second: number
  readonly actions: Map<string, ActionSecond>
  sessions_alive: number
}

/** Response time taken apart, ok answers only, over one stretch: lateness + connect + tls + wait + receive. */
export interface ActionTimes {
  /** done − sent, µs. */
  readonly service_time: Histogram
  /** sent − due, µs. */
  readonly lateness: Histogram
  /** Look-up and connecting, µs; only of actions that opened a connection. */
  readonly connect: Histogram
  /** TLS handshakes, µs; only of actions that made one. */
  readonly tls: Histogram
  /** From sent, on a connection that is ready, to the first byte of the answer, µs. */
  readonly wait: Histogram
  /** From the first byte to the last, µs; only of answers that came in several pieces. */
  readonly receive: Histogram
}

/** The names of the times in `ActionTimes`. */
export const timeNames = ['service_time', 'lateness', 'connect', 'tls', 'wait', 'receive'] as const

/** Nothing measured yet. */
export function noTimes(): ActionTimes {
  return {
    service_time: new Histogram(),
    lateness: new Histogram(),
    connect: new Histogram(),
    tls: new Histogram(),
    wait: new Histogram(),
    receive: new Histogram(),
  }
}

/** A step of the search or a declared phase: a span of whole seconds with one shape and one mix. */
export interface StretchRecord {
  readonly kind: 'warm-up' | 'step' | 'phase'
  /** Phase name, or `rung 17`. */
  readonly name: string
  readonly rung?: number
  /** Where it is not that of the run: repeats may share one. */
  readonly repeat?: number
  readonly sessions_per_second: number
  readonly from_second: number
  /** What is due before is played but not counted. */
  readonly counted_from_second: number
  /** Exclusive. */
  to_second: number
  readonly measured: boolean
  verdict?: Verdict
  /** Why the verdict, one sentence per check. */
  why?: readonly string[]
  readonly actions: Map<string, ActionTimes>
}

/** What one instance of a part did in one second. */
export interface PartSecond {
  readonly second: number
  /** A part of the system, or `generator`, or `balancer`. */
  readonly part: string
  readonly instance: number
  readonly cpu_cores: number
  /** Null: not limited. */
  readonly limit_cores: number | null
  /** Share of the second in which it wanted CPU and was not allowed any, 0 to 1. */
  readonly throttled_share: number
  readonly memory_bytes: number
  /** Requests that it answered since it was looked at before, those about its health and metrics left out. */
  readonly requests?: number
  /** Requests waiting for a database connection, at the end of the second. */
  readonly pool_waiting?: number
  /** Mean time such a request waited, ms. */
  readonly pool_wait_ms?: number
  /** Share of the second in which connections of the pool were in use, 0 to 1. */
  readonly pool_busy_share?: number
  readonly event_loop_delay_p99_ms?: number
  /** Messages of a queue that wait for a worker. Dead letters are not among them. */
  readonly queue_depth?: number
  /** Messages that a worker holds and has not deleted. */
  readonly queue_in_flight?: number
  /** Since the oldest message that is not deleted was sent, ms. */
  readonly queue_oldest_age_ms?: number
  readonly dead_letters?: number
  /** From accepted to stored, p99, as a worker tells it, ms. */
  readonly lag_p99_ms?: number
  /** Of a replica: how old what it shows is, ms. */
  readonly replay_lag_ms?: number
}

/** A planned fault as it came about. Seconds of the run, fractional. */
export interface FaultRecord {
  readonly kind: PlannedFault['kind']
  readonly part: string
  readonly instance: number
  readonly to?: string
  /** When it was to begin. */
  readonly planned_second: number
  /** When it was seen to have hit; null: it did not, and the run shows nothing. */
  began_second: number | null
  /** When it was taken back: the process ready again, the link open; null: it was not. */
  healed_second: number | null
  /** What showed that it had hit, or why it did not, in words. */
  proof: string
}

/** The life of one instance of an autoscaled part. Seconds of the run, fractional. */
export interface InstanceLife {
  readonly part: string
  /** Number of its first process within its part. */
  readonly instance: number
  /** When the policy asked for it. */
  readonly asked_second: number
  /** When it was ready; null: not before the end. */
  booted_second: number | null
  /** The first second in which it did a fair share of the work. */
  useful_second: number | null
  /** When it was asked to go; null: it stayed. */
  gone_second: number | null
}

export interface InvariantResult {
  readonly name: string
  /** How many promises were looked up. */
  readonly examined: number
  /** Acknowledged and not there. */
  readonly lost: number
  /** There twice. */
  readonly doubled: number
  /** There without having been asked for. */
  readonly unexpected: number
  /** There, with an older value than was acknowledged. */
  readonly stale: number
  /** At most ten, for a person to look at. */
  readonly examples: readonly string[]
  /** Why it could not be examined: nothing is known then, neither that it holds nor that it is broken. */
  readonly unexamined?: string
}

export interface SessionCounts {
  started: number
  ended: number
  /** Ended by an error inside the persona. */
  cut_short: number
  dropped: number
  /** First error of each place, with its line. */
  readonly errors: string[]
}

/** Why actions did not end ok, counted. */
export interface ReasonCount {
  readonly action: string
  readonly outcome: 'failed' | 'unknown' | 'dropped'
  readonly reason: string
  count: number
}

/** Reasons that are the generator's own doing: what it ran out of. */
export const generatorLacks = { files: 'too many open files', ports: 'no free port' } as const

export interface RunRecord {
  readonly configuration: string
  readonly repeat: number
  /** ISO 8601, UTC. */
  readonly started_at: string
  /** The balancer that stood in front: `HAProxy 2.6.12`, `built-in`, or `none`. */
  readonly balancer: string
  readonly seconds: SecondRecord[]
  readonly stretches: StretchRecord[]
  readonly parts: PartSecond[]
  readonly sessions: SessionCounts
  readonly reasons: ReasonCount[]
  readonly invariants: InvariantResult[]
  /** Absent in records from before there were any. */
  readonly faults?: FaultRecord[]
  /** Instances that autoscaling asked for; absent in records from before there was any. */
  readonly instances?: InstanceLife[]
  readonly caveats: Caveat[]
}

/** Where it ran: what a reader needs to judge whether the figures may be compared. */
export interface Environment {
  readonly plimsoll_version: string
  readonly commit: string | null
  readonly node_version: string
  readonly platform: string
  readonly cpu_model: string
  readonly cores: number
  readonly memory_bytes: number
  readonly kernel: string
  readonly cgroups: 'v1' | 'v2' | 'none'
  /** `PostgreSQL 18.4`, `HAProxy 2.6.12`, … */
  readonly software: readonly string[]
  /** Where the experiment was declared, as it was asked for; absent in older records. */
  readonly experiment_file?: string
}

/** Everything an experiment left behind; all that `judge` and the report read. */
export interface ExperimentRecord {
  readonly plan: Plan
  readonly environment: Environment
  readonly runs: readonly RunRecord[]
}
