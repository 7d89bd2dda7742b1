// `--level 'p99 < 200 ms'`: what must hold in every measured phase of a load. A phase that can hold it no more is ended,
// and with it the load.

import { allResponseTimes, checkWords, clearlyFails, quantile_ms } from '@plimsoll/judgement'
import type { Check, RunRecord, SecondRecord } from '@plimsoll/record'
import { PlimsollError } from '@plimsoll/workload'
import type { Claim } from './outputs/told-result.ts'

const quantiles: Readonly<Record<string, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
}
const form = /^(p[\d.]+|failures)(?: of (\S.*?))?\s*<\s*(\d+(?:\.\d+)?)\s*(ms|s|%)$/

/** `p99 < 200 ms`, `p99 of GET /reviews < 0.5 s`, `failures < 1 %`. Throws `arguments-wrong`. */
export function serviceLevel(text: string): Check {
  const [, what = '', action, number = '', unit = ''] = form.exec(text.trim()) ?? []
  const bound = Number(number)
  if (what === 'failures' && action === undefined && unit === '%' && bound <= 100) {
    return { kind: 'failures', below_share: bound / 100 }
  }
  const quantile = quantiles[what]
  if (quantile === undefined || unit === '%') {
    throw new PlimsollError({
      code: 'arguments-wrong',
      blame: 'input',
      message: `Expected --level to be such as "p99 < 200 ms", "p99 of GET /reviews < 0.5 s" or "failures < 1 %", found "${text}".`,
      hint: `Quantiles are ${Object.keys(quantiles).join(', ')}.`,
    })
  }
  const below_ms = unit === 's' ? bound * 1_000 : bound
  return {
    kind: 'response_time',
    quantile,
    below_ms,
    ...(action === undefined ? {} : { of: [action] }),
  }
}

/** The first level that the phase being played cannot hold any more, in words; undefined while all may hold. */
export function brokenLevel(
  levels: readonly Check[],
  {
    seconds,
    expected,
    at_second,
  }: {
    /** Of this phase so far. */
    readonly seconds: readonly SecondRecord[]
    /** Actions that the whole phase is expected to have. */
    readonly expected: number
    readonly at_second: number
  },
): string | undefined {
  const broken = levels.find((level) =>
    clearlyFails({ seconds, checks: [level], due_in_all: expected, at_second }),
  )
  return broken === undefined ? undefined : checkWords(broken)
}

/**
 * Each level in each measured phase. None holds where a caveat forbids it; a level that ended the load speaks for
 * itself. Where the generator was at its own limit nothing is shown, neither that one holds nor that it fails.
 */
export function levelClaims(levels: readonly Check[], run: RunRecord): Claim[] {
  const forbidding = run.caveats.filter(
    ({ code, forbids_holds }) => forbids_holds && code !== 'ended-early',
  )
  const [ofHolds] = forbidding
  const ofAny = forbidding.find(({ code }) => code.startsWith('generator-'))
  return run.stretches
    .filter(({ measured }) => measured)
    .flatMap(({ name, from_second, to_second }) => {
      const seconds = run.seconds.slice(from_second, to_second)
      return levels.map((level) => claimOf(level, { group: name, seconds }))
    })
    .map((claim) => {
      const by = ofAny ?? (claim.verdict === 'holds' ? ofHolds : undefined)
      return by === undefined
        ? claim
        : { ...claim, verdict: 'inconclusive', found: `${claim.found}; ${by.text}` }
    })
}

function claimOf(
  level: Check,
  { group, seconds }: { group: string; seconds: readonly SecondRecord[] },
): Claim {
  const claim = checkWords(level)
  const { times, infinite } = allResponseTimes(seconds, { of: level })
  const due = times.count + infinite
  if (due === 0) return { group, claim, verdict: 'inconclusive', found: 'no action was due' }
  if (level.kind === 'failures') {
    const share = infinite / due
    const found = `${Number((share * 100).toPrecision(3))} % of ${due}`
    return { group, claim, verdict: share < level.below_share ? 'holds' : 'fails', found }
  }
  const [quantile, below_ms] =
    level.kind === 'response_time' ? [level.quantile, level.below_ms] : [1, 0]
  const value = quantile_ms(times, quantile, infinite)
  const found =
    value === null
      ? `infinite: ${infinite} of ${due} did not end ok`
      : `${value.toFixed(1)} ms of ${due} actions`
  return { group, claim, verdict: value !== null && value < below_ms ? 'holds' : 'fails', found }
}
