// What the engine's two processes say to each other. Everything is plain data: functions do not travel,
// so the child imports the workload itself.

import type { SampleBatch } from '@plimsoll/record'
import type { Blame, Fault } from '@plimsoll/workload'

/** Which value of which file is the workload. */
export interface WorkloadSource {
  /** Absolute path of the module. */
  readonly file: string
  /** The name of the export. */
  readonly select: string
  /** `experiment`: a value with a `workload`; `workload`: the workload itself. */
  readonly kind: 'experiment' | 'workload'
}

interface StretchPlace {
  /** Number of its first session: the same number is the same session in every configuration. */
  readonly first_session: number
  /** Whole seconds since the load began; it begins at that instant, or now when that is past. */
  readonly second: number
}

/** What to play: a declared phase, scaled, or a constant rate with the mix of a phase. */
export type StretchRequest = StretchPlace &
  (
    | {
        readonly from: 'phase'
        readonly phase: string
        /** Factor for the phase's level. */
        readonly level: number
        /** Factor for how long it lasts. */
        readonly duration: number
      }
    | {
        readonly from: 'rate'
        readonly sessions_per_second: number
        readonly lasts_ms: number
        /** The phase whose mix and spacing are played. */
        readonly mixOf: string
      }
  )

/** What was played. Seconds since the load began, fractional. */
export interface PlayedStretch {
  readonly from_second: number
  readonly to_second: number
  /** The first session number that was not used. */
  readonly next_session: number
}

/** How a load is steered by hand. What was played is then no longer the plan. */
export interface Steer {
  /** No session begins, and the time of the stretch stands still; sessions that live go on. */
  readonly paused: boolean
  /** Factor for the planned level, above 0. */
  readonly level: number
}

/** What is left when draining ends. */
export interface Drained {
  readonly sessions_alive: number
  readonly under_way: number
}

/** Which part of the sessions an engine plays: of every `of` of them the one at `index`. */
export interface Shard {
  /** From 0. */
  readonly index: number
  readonly of: number
}

export interface EngineStart {
  readonly source: WorkloadSource
  readonly targets: readonly string[]
  readonly seed: number
  readonly ledgerFile?: string
  /** How much of each pause is played, above 0 to 1. Default 1. */
  readonly pauses?: number
  /** Default: all of them. */
  readonly shard?: Shard
}

/** Asks the child; each is answered by a `Reply` with its `id`. */
export type Ask =
  | { readonly ask: 'load'; readonly source: WorkloadSource }
  | { readonly ask: 'start'; readonly start: EngineStart }
  | { readonly ask: 'setUp' }
  /** What the setups made, in their order: from the engine that made it, and to another. */
  | { readonly ask: 'tellGiven' }
  | { readonly ask: 'give'; readonly given: readonly unknown[] }
  /** `began_at` is when the load began, on the machine's monotonic clock, ms. */
  | { readonly ask: 'play'; readonly stretch: StretchRequest; readonly began_at: number }
  | { readonly ask: 'stop' }
  | { readonly ask: 'steer'; readonly steer: Steer }
  | { readonly ask: 'underWay' }
  | { readonly ask: 'drain'; readonly within_ms: number }
  | { readonly ask: 'close'; readonly within_ms: number }

export interface NumberedAsk {
  readonly id: number
  readonly ask: Ask
}

/** An error as data. */
export interface SentError {
  readonly code: string
  readonly blame: Blame | null
  readonly message: string
  readonly hint: string
  readonly faults: readonly Fault[]
}

export type Said =
  | { readonly said: 'reply'; readonly id: number; readonly value: unknown }
  | { readonly said: 'refusal'; readonly id: number; readonly error: SentError }
  | { readonly said: 'batch'; readonly batch: SampleBatch }
  | { readonly said: 'trouble'; readonly error: SentError }
