// What an importer found, before it is written as TypeScript: personas as lists of requests and pauses, values that are
// plain JSON or, where a variable stands in them, code.

import type { Method } from '@plimsoll/workload'

/** TypeScript in place of a value: `variables.token`. */
export class Code {
  readonly text: string
  /** What of the session's tools it uses: `random`. */
  readonly uses: readonly string[]

  constructor(text: string, uses: readonly string[] = []) {
    this.text = text
    this.uses = uses
  }
}

/** JSON with code in it. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Code
  | readonly Value[]
  | { readonly [name: string]: Value }

export type Values = Readonly<Record<string, Value>>

export interface DraftRequest {
  readonly kind: 'request'
  readonly method: Method
  /** A path template: `/products/:product_id`. */
  readonly path: string
  readonly params: Values
  readonly query: Values
  readonly headers: Values
  readonly body: DraftBody | null
  /** Statuses to be expected; empty: 200 to 399. */
  readonly ok: readonly number[]
  /** What it is, in a few words; empty: the path says it. */
  readonly comment: string
}

export interface DraftBody {
  readonly as: 'json' | 'form' | 'body'
  readonly value: Value
}

/** A pause of the user. */
export interface DraftPause {
  readonly kind: 'pause'
  readonly from_ms: number
  readonly to_ms: number
}

/** Requests that a browser makes at once. */
export interface DraftTogether {
  readonly kind: 'together'
  readonly requests: readonly DraftRequest[]
}

export interface DraftHeading {
  readonly kind: 'heading'
  readonly text: string
}

export type DraftStep = DraftRequest | DraftPause | DraftTogether | DraftHeading

export interface DraftPersona {
  readonly name: string
  readonly why: string
  readonly weight: number
  /** Sent with every request. */
  readonly always: Values
  readonly steps: readonly DraftStep[]
}

export interface DraftVariable {
  readonly name: string
  readonly value: string
  /** Empty: the name says it. */
  readonly comment: string
}

export interface Draft {
  /** What was read: `the recording shop.har`. */
  readonly source: string
  /** Sentences for the head of the file: what is played, what was left out and why. */
  readonly notes: readonly string[]
  readonly variables: readonly DraftVariable[]
  readonly personas: readonly DraftPersona[]
}

/** How many requests it makes. */
export function requestsIn(draft: Draft): number {
  return draft.personas
    .flatMap(({ steps }) => steps)
    .reduce((sum, step) => sum + requestsOf(step), 0)
}

function requestsOf(step: DraftStep): number {
  return step.kind === 'together' ? step.requests.length : step.kind === 'request' ? 1 : 0
}
