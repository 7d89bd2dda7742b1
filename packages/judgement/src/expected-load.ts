// The declared phases, played once at the expected load: every check on what was measured in them.

import type {
  Check,
  InvariantResult,
  Plan,
  RunRecord,
  SecondRecord,
  StretchRecord,
  Verdict,
} from '@plimsoll/record'
import { bootstrap, Histogram } from '@plimsoll/statistics'
import { randomStream } from '@plimsoll/workload'
import { allResponseTimes, summariseActions } from './action-summary.ts'
import { judgeBacklog, type BacklogCheck } from './backlog.ts'
import { checkWords, quantileWords } from './check-words.ts'
import { countedParts, countedSeconds } from './counted-steps.ts'
import type { CheckResult, ExpectedLoad } from './judgement.ts'
import { judgeCheck, worst, type ShareCheck } from './step-verdict.ts'

/** Null when no measured phase was played to its end. */
export function expectedLoad(
  runs: readonly RunRecord[],
  { plan, invariants }: { plan: Plan; invariants: readonly InvariantResult[] },
): ExpectedLoad | null {
  const phases = runs.flatMap((run) =>
    run.stretches
      .filter((stretch) => stretch.kind === 'phase' && stretch.measured)
      // A phase that was broken off shows nothing: what was under way then would count as lost.
      .filter((stretch) => stretch.to_second <= run.seconds.length)
      .map((stretch) => ({ run, stretch })),
  )
  const seconds = phases.flatMap(({ run, stretch }) => countedSeconds(run, stretch))
  if (seconds.length === 0) return null
  const checks = plan.checks.map((check, n) => {
    if (check.kind === 'invariants') return invariantsHold(invariants)
    if (check.kind === 'backlog') return backlogHolds(check, phases)
    return checkHolds(check, { seconds, plan, seed: plan.seed + n })
  })
  const verdict = worst(checks.map((check) => check.verdict))
  return { verdict, checks, actions: summariseActions(phases) }
}

/** How many promises were broken, over all kinds of breaking. */
export function broken(result: InvariantResult): number {
  return result.lost + result.doubled + result.unexpected + result.stale
}

function invariantsHold(results: readonly InvariantResult[]): CheckResult {
  const check = 'invariants'
  const bad = results.filter((result) => broken(result) > 0)
  if (bad.length > 0) return { check, verdict: 'fails', found: bad.map(brokenWords).join('; ') }
  const unexamined = results.find((result) => result.unexamined !== undefined)
  if (unexamined !== undefined) {
    const found = `${unexamined.name} could not be examined: ${unexamined.unexamined}`
    return { check, verdict: 'inconclusive', found }
  }
  const examined = results.reduce((sum, result) => sum + result.examined, 0)
  const verdict: Verdict = examined > 0 ? 'holds' : 'inconclusive'
  return { check, verdict, found: `${examined} promises kept` }
}

/** `metaEqualsRecount: 3 lost, 1 doubled of 5120`. */
export function brokenWords(result: InvariantResult): string {
  const kinds = (['lost', 'doubled', 'unexpected', 'stale'] as const)
    .filter((kind) => result[kind] > 0)
    .map((kind) => `${result[kind]} ${kind}`)
  return `${result.name}: ${kinds.join(', ')} of ${result.examined}`
}

/** Phase by phase: between two of them the load changes, and the backlog with it. */
function backlogHolds(
  check: BacklogCheck,
  phases: readonly { readonly run: RunRecord; readonly stretch: StretchRecord }[],
): CheckResult {
  const judged = phases.map(({ run, stretch }) => ({
    name: stretch.name,
    ...judgeBacklog(check, countedParts(run, stretch)),
  }))
  const verdict = worst(judged.map((one) => one.verdict))
  const found = judged.find((one) => one.verdict === verdict)
  return { check: checkWords(check), verdict, found: `${found?.name}: ${found?.share}` }
}

function checkHolds(
  check: ShareCheck,
  { seconds, plan, seed }: { seconds: readonly SecondRecord[]; plan: Plan; seed: number },
): CheckResult {
  const { least_actions } = plan.search
  const judged = judgeCheck(check, { seconds, seed, least_actions })
  const found = check.kind === 'failures' ? judged.share : quantileFound(check, { seconds, seed })
  return { check: checkWords(check), verdict: judged.verdict, found }
}

/** `p99 34 ms (31–38)`. Fewer resamples than elsewhere: each adds up whole histograms, for two digits in print. */
function quantileFound(
  check: Extract<Check, { kind: 'response_time' }>,
  { seconds, seed }: { seconds: readonly SecondRecord[]; seed: number },
): string {
  const random = randomStream(seed, 13)
  const blocks = seconds.map((second) => allResponseTimes([second], { of: check }))
  const { value, low, high } = bootstrap({
    items: blocks,
    statistic: (drawn) => {
      const times = new Histogram()
      let infinite = 0
      for (const block of drawn) {
        times.add(block.times)
        infinite += block.infinite
      }
      return times.quantileWith({ q: check.quantile, infinite }) / 1_000
    },
    random: () => random.float(),
    resamples: 100,
  })
  return `${quantileWords(check.quantile)} ${time(value)} ms (${time(low)}–${time(high)})`
}

function time(value_ms: number): string {
  if (!Number.isFinite(value_ms)) return '∞'
  return String(value_ms < 10 ? Number(value_ms.toPrecision(2)) : Math.round(value_ms))
}
