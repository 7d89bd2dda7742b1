// The checks of an experiment, written as they are said: `responseTime().p99.below(ms(200))`.

import type { Check } from '@plimsoll/record'
import type { Milliseconds, Share } from '@plimsoll/workload'

export interface QuantileCheck {
  /** The quantile must lie below `bound`; failures count as infinite. */
  below(bound: Milliseconds): Check
}

export interface ResponseTimeCheck {
  readonly p50: QuantileCheck
  readonly p90: QuantileCheck
  readonly p95: QuantileCheck
  readonly p99: QuantileCheck
  readonly p999: QuantileCheck
}

/**
 * Response time from when an action was due: of all actions together, of one by its name (`GET /reviews/:id`),
 * of several, or of all but a few.
 */
export function responseTime(
  of?: string | readonly string[] | { readonly except: readonly string[] },
): ResponseTimeCheck {
  const group =
    of === undefined || (typeof of === 'object' && 'except' in of)
      ? (of ?? {})
      : { of: typeof of === 'string' ? [of] : of }
  const quantile = (value: number): QuantileCheck => ({
    below: (bound) => ({
      kind: 'response_time',
      quantile: value,
      below_ms: bound,
      ...group,
    }),
  })
  return {
    p50: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    p999: quantile(0.999),
  }
}

/** (failed + unknown + dropped) ÷ due. */
export function failures(): { below(bound: Share): Check } {
  return { below: (bound) => ({ kind: 'failures', below_share: bound }) }
}

export interface BacklogCheck {
  /** It does not grow: workers keep up with what is accepted. */
  steady(): Check
  readonly oldest: {
    /** No message waits for `bound` or longer until it is deleted. */
    below(bound: Milliseconds): Check
  }
}

/** What waits in the queues of the system, all of them together, dead letters left out. */
export function backlog(): BacklogCheck {
  return {
    steady: () => ({ kind: 'backlog' }),
    oldest: { below: (bound) => ({ kind: 'backlog', oldest_below_ms: bound }) },
  }
}

/** The system's own invariants, compared with the ledger after every run. */
export function invariants(): Check {
  return { kind: 'invariants' }
}
