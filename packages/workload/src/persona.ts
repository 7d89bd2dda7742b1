// What a persona is and what it may do. A persona is a program; the engine supplies the tools below.
// This file holds no behaviour but the check of its input: a workload knows no addresses and no clock.

import type { Random } from './random.ts'
import type { Milliseconds } from './units.ts'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Scalar = string | number | boolean

/** A promise that the system makes by answering ok, checked by an invariant afterwards. */
export interface LedgerEntry {
  /** What is promised, e.g. `review`. */
  readonly kind: string
  /** Names the thing for good; known before the request is sent. */
  readonly key: string
  /** What the invariant needs to look it up again, e.g. `{ product_id: 17 }`. */
  readonly about?: Readonly<Record<string, Scalar>>
}

export interface ActionOptions {
  /** Values for `:name` in the path template; the action keeps the template's name. */
  readonly params?: Readonly<Record<string, Scalar>>
  readonly query?: Readonly<Record<string, Scalar | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `application/json`. */
  readonly json?: unknown
  /** Statuses that count as ok. Default: 200 to 399. */
  readonly ok?: readonly number[]
  readonly ledger?: LedgerEntry
  /** Default 10 s, from when the action was due. */
  readonly timeout?: Milliseconds
}

/** What came back. A call always resolves: look at `outcome`, or just go on. */
export interface Answer {
  readonly outcome: 'ok' | 'failed' | 'unknown' | 'dropped'
  /** 0 when no status was received. */
  readonly status: number
  header(name: string): string | undefined
  text(): string
  /** The body as JSON. A body that is not JSON ends the session, counted as cut short. */
  json<T = unknown>(): T
}

export interface Http {
  get(path: string, options?: ActionOptions): Promise<Answer>
  head(path: string, options?: ActionOptions): Promise<Answer>
  post(path: string, options?: ActionOptions): Promise<Answer>
  put(path: string, options?: ActionOptions): Promise<Answer>
  patch(path: string, options?: ActionOptions): Promise<Answer>
  delete(path: string, options?: ActionOptions): Promise<Answer>
}

/** What one session has at hand. */
export interface SessionTools {
  readonly http: Http
  readonly random: Random
  /** Which session this is, counted over the whole run: the same one in every configuration. */
  readonly session: number
  /** A pause of the user, uniform between the two times; the next action is due when it ends. */
  readonly think: (range: { from: Milliseconds; to: Milliseconds }) => Promise<void>
  /** A claim about the last answer: false makes that action failed, with this text. */
  readonly check: (text: string, holds: boolean) => void
}

/** A kind of user, as a program. One run of `live` is one session. */
export interface Persona {
  /** Why it is in the workload, and why with its weight: printed in the report. */
  readonly why: string
  live(tools: SessionTools): Promise<void>
}

export function persona(definition: Persona): Persona {
  return Object.freeze({ ...definition })
}
