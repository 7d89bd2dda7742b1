// One line of ledger.ndjson: first the intent, before the request is sent, then how it ended.

import type { Scalar } from '@plimsoll/workload'

export type LedgerLine =
  | {
      readonly entry: 'intent'
      readonly kind: string
      readonly key: string
      readonly about: Readonly<Record<string, Scalar>>
    }
  | {
      readonly entry: 'outcome'
      readonly kind: string
      readonly key: string
      readonly outcome: 'ok' | 'failed' | 'unknown' | 'dropped'
      readonly status: number
      /** The answer's JSON when it is short (up to 256 bytes), e.g. `{ review_id: 17 }`. */
      readonly answer?: unknown
    }

/** A promise with its end: what an invariant reads. An intent without an outcome is `unknown`. */
export interface Promised {
  readonly kind: string
  readonly key: string
  readonly about: Readonly<Record<string, Scalar>>
  readonly outcome: 'ok' | 'failed' | 'unknown' | 'dropped'
  readonly answer?: unknown
}
