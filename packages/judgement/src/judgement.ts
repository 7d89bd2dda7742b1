// What the records say, as data. A pure function of the records: a report can be redrawn from it years later.

import type { Caveat, InvariantResult, Verdict } from '@plimsoll/record'
import type { Drain } from './backlog.ts'
import type { Bisection } from './bisection.ts'
import type { Elasticity } from './elasticity.ts'

/** A 95 % interval around an estimate. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What was tried at one rate, over all repeats. */
export interface RungResult {
  readonly rung: number
  readonly sessions_per_second: number
  /** Asked for on this machine. Where sessions were slowed or a step was ended early, less became due. */
  readonly actions_per_second: number
  /** What of it ended ok within the service level: within the tightest limit that a check sets for its action. */
  readonly goodput_per_second: number
  readonly held: number
  readonly failed: number
  readonly inconclusive: number
  /** Response time p99 over all its steps, failures counted as infinite; null is infinite. */
  readonly p99_ms: number | null
}

/** Quantiles in ms; null is infinite. `response_time` counts failures as infinite, `ok_only` leaves them out. */
export interface ActionSummary {
  readonly action: string
  readonly due: number
  readonly ok: number
  readonly failed: number
  readonly unknown: number
  readonly dropped: number
  readonly response_time: Quantiles
  readonly ok_only: Quantiles
  readonly service_time: Quantiles
  readonly lateness: Quantiles
}

export interface Quantiles {
  readonly p50_ms: number | null
  readonly p90_ms: number | null
  readonly p99_ms: number | null
  readonly p999_ms: number | null
  readonly max_ms: number | null
}

/** What ran out first at the edge of the load line. */
export interface Saturation {
  readonly part: string
  readonly resource: 'cpu' | 'pool' | 'event-loop' | 'backlog'
  /** How busy it was, 0 to 1. */
  readonly busy_share: number
  /** In a sentence, with the evidence. */
  readonly words: string
}

/** What the queues did. Rates of growth are actions per second at full size, messages as measured. */
export interface BacklogSummary {
  /** The rate at which the backlog starts to grow; null: it never did, or always. */
  readonly grows_from_per_second: Estimate | null
  /** The largest backlog seen and how it drained; null when nothing worth telling piled up. */
  readonly largest: Drain | null
}

export interface CheckResult {
  /** The check in words: `response time p99 below 200 ms`. */
  readonly check: string
  readonly verdict: Verdict
  /** What was found, in words: `p99 34 ms (31–38)`. */
  readonly found: string
}

/** The declared phases, played once at the expected load. */
export interface ExpectedLoad {
  readonly verdict: Verdict
  readonly checks: readonly CheckResult[]
  readonly actions: readonly ActionSummary[]
}

export interface ConfigurationJudgement {
  readonly name: string
  readonly verdict: Verdict
  /** Actions per second at full size: measured × scale. Null: no step held, or none failed. */
  readonly load_line_per_second: Estimate | null
  /** The same as measured on this machine. */
  readonly measured_per_second: Estimate | null
  readonly sessions_per_second: Estimate | null
  /** load line ÷ expected. */
  readonly headroom: number | null
  readonly cost_per_hour_usd: number
  readonly cost_per_million_usd: number | null
  readonly saturates: Saturation | null
  /** Null where the system has no queue. */
  readonly backlog: BacklogSummary | null
  /** Of every autoscaled part in every run; empty where nothing scales. */
  readonly elasticity: readonly Elasticity[]
  readonly rungs: readonly RungResult[]
  /** At the highest rung that held. */
  readonly at_load_line: readonly ActionSummary[]
  readonly expected_load: ExpectedLoad | null
  readonly invariants: readonly InvariantResult[]
  readonly caveats: readonly Caveat[]
}

/** Two configurations side by side. */
export interface Comparison {
  readonly a: string
  readonly b: string
  /** Load line of b ÷ load line of a. */
  readonly ratio: Estimate
  readonly verdict: 'better' | 'worse' | 'no difference shown'
}

export interface Judgement {
  readonly verdict: Verdict
  /** The answer to the question in one sentence. */
  readonly answer: string
  readonly plan_hash: string
  readonly scale: number
  readonly configurations: readonly ConfigurationJudgement[]
  readonly comparisons: readonly Comparison[]
  /** Null: nothing was bisected. */
  readonly bisection: Bisection | null
  /** Least per hour among those that hold. */
  readonly cheapest: string | null
  readonly caveats: readonly Caveat[]
}
