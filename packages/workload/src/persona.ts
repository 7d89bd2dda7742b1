// What a persona is and what it may do. A persona is a program; the engine supplies the tools below.
// This file holds no behaviour but the check of its input: a workload knows no addresses and no clock.

import type { Random } from './random.ts'
import type { Setup } from './setup.ts'
import type { Rpc, Streams } from './streams.ts'
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
  /** Sent as `application/json`. At most one of `json`, `form`, `body` and `multipart`. */
  readonly json?: unknown
  /** Sent as `application/x-www-form-urlencoded`, as a browser sends a form; a list repeats its name. */
  readonly form?: Readonly<Record<string, Scalar | readonly Scalar[] | undefined>>
  /**
   * Sent as it is; `content-type` among the headers says what it is, `text/plain` when none does, for bytes
   * `application/octet-stream`. A function gives the body piece by piece: sent in chunks, as fast as the server takes them.
   */
  readonly body?: string | Uint8Array | (() => Iterable<Uint8Array> | AsyncIterable<Uint8Array>)
  /** Sent as `multipart/form-data`: fields and files by name. */
  readonly multipart?: Readonly<Record<string, string | MultipartFile>>
  /** Statuses that count as ok. Default: 200 to 399. */
  readonly ok?: readonly number[]
  readonly ledger?: LedgerEntry
  /** Default 10 s, from when the action was due. */
  readonly timeout?: Milliseconds
}

/** One file of a form. */
export interface MultipartFile {
  /** What the file is called. */
  readonly file: string
  /** Its media type. */
  readonly type: string
  readonly bytes: Uint8Array
}

/** What came back. A call always resolves: look at `outcome`, or just go on. */
export interface Answer {
  readonly outcome: 'ok' | 'failed' | 'unknown' | 'dropped'
  /** 0 when no status was received. */
  readonly status: number
  header(name: string): string | undefined
  /** The body as text. One in gzip, brotli or zstd is unpacked; one that is not what it says ends the session. */
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
  /**
   * Headers that every later request of this session carries, e.g. `{ authorization: `Bearer ${token}` }`; an
   * action's own win. `undefined` takes one away.
   */
  always(headers: Readonly<Record<string, string | undefined>>): void
}

/** The session's own cookies: kept from its answers and sent with its requests, as a browser does. */
export interface Cookies {
  /** The value as it was received, for whoever has to repeat it in a header; undefined: there is none. */
  get(name: string): string | undefined
}

/** What one session has at hand. */
export interface SessionTools<State = unknown> {
  readonly http: Http
  readonly streams: Streams
  readonly rpc: Rpc
  readonly random: Random
  readonly cookies: Cookies
  /** What `start` returned. */
  readonly state: State
  /** Which session this is, counted over the whole run: the same one in every configuration. */
  readonly session: number
  /** A pause of the user, uniform between the two times; the next action is due when it ends. */
  readonly think: (range: { from: Milliseconds; to: Milliseconds }) => Promise<void>
  /**
   * Ends a round that began with the session or with the last `pace`: the next action is due `every` after that, or
   * at once when the round took longer. Rounds then begin `every` apart however long the answers take.
   */
  readonly pace: (options: { every: Milliseconds }) => Promise<void>
  /**
   * The name of the phase that is being played: what users do may change while they are there. Undefined in the warm-up
   * and in the steps of the search, which want sessions that end soon.
   */
  readonly phase: () => string | undefined
  /** A claim about the last answer: false makes that action failed, with this text. */
  readonly check: (text: string, holds: boolean) => void
  /** What a setup of the workload made before the run. */
  readonly given: <Given>(setup: Setup<Given>) => Given
  /**
   * The row that no other session of the same stretch has: a function of seed and session. With fewer rows than
   * sessions it throws, which cuts the session short. A name that nobody else has in the whole run is
   * `user_${session}`; rows that may come round again are taken in `turn`.
   */
  readonly own: <Row>(rows: readonly Row[]) => Row
  /** The next row in order, one for each session of the stretch, from the first again after the last. */
  readonly turn: <Row>(rows: readonly Row[]) => Row
}

/** Something that a persona does again and again; printed in the report. Drawn by `random.weighted(tasks)`. */
export interface Task {
  /** How often, beside the other tasks. */
  readonly weight: number
  /** Why with this weight. */
  readonly why: string
}

/**
 * A kind of user, as a program. One session is `start`, `live` and `end`, in this order; what they do is
 * measured alike.
 */
export interface Persona<State = unknown> {
  /** Why it is in the workload, and why with its weight: printed in the report. */
  readonly why: string
  readonly tasks?: Readonly<Record<string, Task>>
  /** `own`: a connection that nobody else uses, as an open tab has. Default: borrowed from a pool. */
  readonly connections?: 'own'
  /** Comes first; what it returns is the session's `state`. An error in it ends the session. */
  start?(tools: Omit<SessionTools, 'state'>): Promise<State>
  live(tools: SessionTools<State>): Promise<void>
  /** Comes last, also after an error in `live`; not when the whole run is over before the session is. */
  end?(tools: SessionTools<State>): Promise<void>
}

/** A persona; the type of its `state` is what its `start` returns. */
export function persona<State = undefined>(definition: Persona<State>): Persona<State> {
  return Object.freeze({ ...definition })
}
