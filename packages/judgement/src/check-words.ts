// Checks in words: one wording for the plan, the live console and the report.

import type { Check } from '@plimsoll/record'

/** `response time p99 below 200 ms`, `failures below 0.1 %`, `invariants`. */
export function checkWords(check: Check): string {
  if (check.kind === 'invariants') return 'invariants'
  if (check.kind === 'failures') {
    return `failures below ${Number((check.below_share * 100).toPrecision(4))} %`
  }
  const of = check.action === undefined ? '' : ` of ${check.action}`
  return `response time ${quantileWords(check.quantile)}${of} below ${check.below_ms} ms`
}

/** `p99`, `p99.9`. */
export function quantileWords(quantile: number): string {
  return `p${Number((quantile * 100).toPrecision(6))}`
}
