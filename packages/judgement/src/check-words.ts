// Checks in words: one wording for the plan, the live console and the report.

import type { Check } from '@plimsoll/record'

/** `response time p99 below 200 ms`, `failures below 0.1 %`, `invariants`. */
export function checkWords(check: Check): string {
  if (check.kind === 'invariants') return 'invariants'
  if (check.kind === 'backlog') {
    return check.oldest_below_ms === undefined
      ? 'backlog does not grow'
      : `oldest message below ${check.oldest_below_ms} ms`
  }
  if (check.kind === 'failures') {
    return `failures below ${Number((check.below_share * 100).toPrecision(4))} %`
  }
  return `response time ${quantileWords(check.quantile)}${groupWords(check)} below ${check.below_ms} ms`
}

/** ` of POST /auth/login`, ` of all but POST /auth/login`; empty for all actions together. */
export function groupWords({ of, except }: Extract<Check, { kind: 'response_time' }>): string {
  if (of !== undefined) return ` of ${listWords(of)}`
  return except === undefined ? '' : ` of all but ${listWords(except)}`
}

function listWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** `p99`, `p99.9`. */
export function quantileWords(quantile: number): string {
  return `p${Number((quantile * 100).toPrecision(6))}`
}
