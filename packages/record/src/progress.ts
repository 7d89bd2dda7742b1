// What an experiment tells while it runs. Whoever executes emits these; the live console draws them.
// They live here because both sides may import `record` and neither may import the other. Events carry
// no time stamps: the listener has a clock. Rates are as measured on this machine unless said otherwise.

import type { Caveat, InvariantResult, Verdict } from './run-record.ts'

/** What the experiment is busy with. */
export type Stage =
  | 'preparing'
  | 'deploying'
  | 'setting-up'
  | 'warming-up'
  | 'searching'
  | 'repeating'
  | 'playing-phases'
  | 'checking-invariants'
  | 'putting-away'
  | 'judging'

/** The first event: what is about to be done. */
export interface ExperimentStarted {
  readonly kind: 'experiment-started'
  readonly experiment: string
  readonly question: string
  /** In the order in which they are played first. */
  readonly configurations: readonly string[]
  readonly repeats: number
  readonly quick: boolean
  /** 8 means 1:8. */
  readonly scale: number
  /** Actions per second, at full size. */
  readonly expected_per_second: number
  readonly plan_hash: string
  /** How long it is thought to take, seconds. */
  readonly expected_seconds: number
}

/** Something else begins. */
export interface StageBegan {
  readonly kind: 'stage'
  readonly stage: Stage
  /** Null: it concerns all of them. */
  readonly configuration: string | null
  /** 1…repeats; null outside of repeats. */
  readonly repeat: number | null
  /** One phrase for a person: `rung 17, 42 sessions/s`, `4 × api, 1 × database`. */
  readonly detail: string
  /** A better guess of what is left, seconds; null keeps the one before. */
  readonly remaining_seconds: number | null
}

/** One second of load. Counts are of actions due in that second. */
export interface SecondPassed {
  readonly kind: 'second'
  readonly configuration: string
  readonly repeat: number
  readonly second: number
  /** Sessions per second that the plan asks for now. */
  readonly asked_sessions_per_second: number
  readonly due: number
  readonly ok: number
  readonly failed: number
  readonly unknown: number
  readonly dropped: number
  /** Response times of ok answers; null when there was none. */
  readonly p50_ms: number | null
  readonly p99_ms: number | null
  readonly sessions_alive: number
}

/** A step of the search is judged. */
export interface StepEnded {
  readonly kind: 'step-ended'
  readonly configuration: string
  readonly repeat: number
  readonly rung: number
  readonly sessions_per_second: number
  readonly actions_per_second: number
  readonly verdict: Verdict
  /** Failures counted as infinite; null is infinite. */
  readonly p99_ms: number | null
  /** One sentence per check. */
  readonly why: readonly string[]
}

/** A load line is known, or known better than before. */
export interface LoadLineFound {
  readonly kind: 'load-line'
  readonly configuration: string
  /** Actions per second at full size, with its 95 % interval; null: none was found. */
  readonly per_second: {
    readonly value: number
    readonly low: number
    readonly high: number
  } | null
  /** False while repeats are still to come. */
  readonly final: boolean
}

/** The system's data was compared with the ledger. */
export interface InvariantsChecked {
  readonly kind: 'invariants'
  readonly configuration: string
  readonly repeat: number
  readonly results: readonly InvariantResult[]
}

/** A reason to trust a run less came up. */
export interface CaveatRaised {
  readonly kind: 'caveat'
  /** Null: it concerns the whole experiment. */
  readonly configuration: string | null
  readonly caveat: Caveat
}

/** A declared alarm was raised, or is over. */
export interface AlarmChanged {
  readonly kind: 'alarm'
  readonly configuration: string
  readonly second: number
  readonly name: string
  readonly part: string
  /** False: it is over. */
  readonly on: boolean
  /** What to do. */
  readonly remedy: string
}

/** Anything else worth one line. */
export interface Note {
  readonly kind: 'note'
  readonly text: string
}

/** The last event. */
export interface ExperimentEnded {
  readonly kind: 'experiment-ended'
  readonly verdict: Verdict
  /** The answer in one sentence. */
  readonly answer: string
  /** Where the report lies, as a person would open it; null when none was written. */
  readonly report: string | null
}

/** One thing told by a running experiment. */
export type ProgressEvent =
  | ExperimentStarted
  | StageBegan
  | SecondPassed
  | StepEnded
  | LoadLineFound
  | InvariantsChecked
  | CaveatRaised
  | AlarmChanged
  | Note
  | ExperimentEnded

/** Takes events as they come; must not throw and must not be slow. */
export type ProgressListener = (event: ProgressEvent) => void
