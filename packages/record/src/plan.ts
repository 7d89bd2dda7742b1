// The recipe of an experiment, expanded and seeded, before anything runs. It can be printed, hashed and
// repeated; it holds no ports and no paths.

import type { LoadModel, Spacing } from '@plimsoll/workload'

/** A claim that a run must meet, as data. */
export type Check =
  | {
      readonly kind: 'response_time'
      /** 0 to 1: 0.99 is p99. */
      readonly quantile: number
      readonly below_ms: number
      /** These actions only, by name, taken together. Neither `of` nor `except`: all of them. */
      readonly of?: readonly string[]
      /** All actions but these, taken together. */
      readonly except?: readonly string[]
    }
  | { readonly kind: 'failures'; readonly below_share: number }
  | { readonly kind: 'invariants' }
  | {
      /** Of all queues together: it must not grow, or its oldest message must stay young. */
      readonly kind: 'backlog'
      readonly oldest_below_ms?: number
    }

export interface PlannedPart {
  readonly part: string
  /** Name in the catalogue of sizes. */
  readonly size: string
  readonly instances: number
  /** Processes of one instance, which share its CPU limit evenly. */
  readonly processes: number
  readonly vcpu: number
  readonly memory_gib: number
  readonly price_per_hour_usd: number
  /** CPU limit of one instance on this machine: vCPU ÷ scale. */
  readonly limit_cores: number
  /** Over those that the system declares; absent where the configuration has none. */
  readonly settings?: Readonly<Record<string, string>>
  /** The balancer in front, where the configuration says more than its default. */
  readonly balancer?: PlannedBalancer
  /** Absent: always `instances` of it. */
  readonly autoscaling?: PlannedAutoscaling
}

/** How many instances a part gets while the phases are played; `instances` is the most. */
export interface PlannedAutoscaling {
  readonly least: number
  readonly most: number
  /** What it is measured by, and how much of it one instance is to have. */
  readonly policy:
    | { readonly kind: 'cpu'; readonly target_share: number }
    | { readonly kind: 'backlog'; readonly messages_per_instance: number }
  /** The mean over so long is looked at, once in so long. */
  readonly notice_ms: number
  /** From asking for an instance until its process is started. */
  readonly boot_ms: number
  /** No change follows another within this time. */
  readonly cooldown_ms: number
}

/** Something that is broken on purpose while the phases are played. */
export interface PlannedFault {
  /** `kill`: SIGKILL, then started again. `freeze`: SIGSTOP, then SIGCONT. `cut`: nothing passes a link. */
  readonly kind: 'kill' | 'freeze' | 'cut'
  readonly part: string
  readonly instance: number
  /** The other end of a cut link. */
  readonly to?: string
  /** The phase in which it happens, and when after its begin, as declared. */
  readonly phase: string
  readonly at_ms: number
  /** Until it is healed. */
  readonly lasts_ms: number
}

/** A rule that wakes somebody up. */
export interface PlannedAlarm {
  readonly name: string
  readonly part: string
  /** A number of a `PartSecond`, the highest of its instances. */
  readonly metric: AlarmMetric
  readonly above: number
  /** Raised when it was above for so long without a break. */
  readonly lasts_ms: number
  /** What to do, for whoever is woken up. */
  readonly remedy: string
}

/** What an alarm can watch. `cpu_share` is CPU used ÷ limit. */
export type AlarmMetric =
  | 'cpu_share'
  | 'memory_bytes'
  | 'pool_wait_ms'
  | 'event_loop_delay_p99_ms'
  | 'queue_depth'
  | 'queue_oldest_age_ms'
  | 'dead_letters'
  | 'lag_p99_ms'
  | 'replay_lag_ms'

/** The balancer in front of a part. */
export interface PlannedBalancer {
  /** Whether connections to the instances are used again; `off` makes one for every request. */
  readonly keep_alive: 'on' | 'off'
}

export interface PlannedConfiguration {
  readonly name: string
  readonly parts: readonly PlannedPart[]
  /** Σ instances × price + the balancer. */
  readonly cost_per_hour_usd: number
}

export interface PlannedPersona {
  readonly name: string
  readonly why: string
  readonly weight: number
  /** What it does again and again, with weights of their own. */
  readonly tasks: readonly PlannedTask[]
}

export interface PlannedTask {
  readonly name: string
  readonly weight: number
  readonly why: string
}

export interface PlannedPhase {
  readonly name: string
  /** The shape in words, as declared. */
  readonly shape: string
  readonly model: LoadModel
  readonly spacing: Spacing
  readonly lasts_ms: number
  readonly measured: boolean
  readonly load_line: boolean
  /** The quick form leaves it out. */
  readonly quick?: false
  readonly mix: Readonly<Record<string, number>>
}

/** How the search goes; the ladder is the same for every configuration. */
export interface PlannedSearch {
  /** Sessions per second on this machine (after scaling), ascending, each the same factor × the one before. */
  readonly ladder_sessions_per_second: readonly number[]
  readonly repeats: number
  /** Seconds of each step that count, after the settling time. */
  readonly counted_seconds: number
  /** A step is longer, up to a minute, until it counts as many actions. */
  readonly counted_actions: number
  readonly least_actions: number
  /** The repeats of a configuration share one deployment, in turn with those of the others; absent: each deploys anew. */
  readonly kept_deployed?: true
}

/** Which boot delay would have been enough: searched for between two, until they are close enough. */
export interface PlannedBisection {
  readonly configuration: string
  /** The autoscaled part whose boot delay is tried. */
  readonly part: string
  readonly from_ms: number
  readonly to_ms: number
  readonly within_ms: number
}

export interface Plan {
  readonly format: 'plimsoll-plan/1'
  readonly experiment: string
  readonly question: string
  readonly system: string
  readonly seed: number
  readonly quick: boolean
  /** 8 means 1:8, one vCPU is an eighth of a core. */
  readonly scale: number
  readonly configurations: readonly PlannedConfiguration[]
  readonly personas: readonly PlannedPersona[]
  readonly phases: readonly PlannedPhase[]
  /** What is made before each run, in words. */
  readonly setup: readonly string[]
  /** How much of each pause of a user is played, 0 to 1. */
  readonly pauses_share: number
  /** How much of the time of each phase is played in the quick form; absent: a few seconds together. */
  readonly phases_share?: number
  readonly max_sessions: number
  readonly checks: readonly Check[]
  /** `phases`: no load line is searched. Absent: both. */
  readonly plays?: 'phases'
  /** Absent: nothing is broken on purpose. */
  readonly faults?: readonly PlannedFault[]
  readonly alarms?: readonly PlannedAlarm[]
  /** Absent: nothing is bisected, as in the quick form. */
  readonly bisection?: PlannedBisection
  /** Actions per second that the system is expected to carry, at full size. */
  readonly expected_per_second: number
  readonly search: PlannedSearch
  /** SHA-256 of the sources that define the workload. */
  readonly workload_hash: string
  /** SHA-256 of everything above. */
  readonly plan_hash: string
}
