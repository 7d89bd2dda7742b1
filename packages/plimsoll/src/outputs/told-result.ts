// What a load or an experiment has found, in the form that every output is written from.

import type { RunRecord, Verdict } from '@plimsoll/record'

/** Something that was claimed of a run and judged: a check, an invariant. */
export interface Claim {
  /** What it belongs to: a configuration, or a phase. */
  readonly group: string
  readonly claim: string
  readonly verdict: Verdict
  /** What was found, in words. */
  readonly found: string
}

/** One number of the whole, for Prometheus. */
export interface Gauge {
  readonly name: string
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface ToldResult {
  readonly name: string
  /** ISO 8601, UTC. */
  readonly started_at: string
  readonly runs: readonly RunRecord[]
  readonly claims: readonly Claim[]
  readonly gauges: readonly Gauge[]
  readonly json: () => string
  readonly markdown: () => string
  /** Null: there is no page of it. */
  readonly html: (() => string) | null
}
