// Does one step hold? Each check is a bound on a share of the actions: "p99 below 200 ms" says that at most
// 1 % of them may take 200 ms or longer. The share's interval comes from a bootstrap over one-second blocks,
// since neighbours within a second are anything but independent. A step holds only when the whole interval
// lies within the bound and response times are not on their way out of it: short steps flatter a system, for a
// slight overload comes in bursts or builds up for longer than the step lasts. Simulation against queues of
// known capacity chose the two figures below (lab/src/search/simulation.real.test.ts).

import type { ActionSecond, Check, PartSecond, SecondRecord, Verdict } from '@plimsoll/record'
import { bootstrap } from '@plimsoll/statistics'
import { randomStream } from '@plimsoll/workload'
import { judgeBacklog } from './backlog.ts'
import { concerns } from './check-group.ts'
import { checkWords } from './check-words.ts'
import { growthOf } from './growth.ts'

/** One certain enough end: nine in ten on either side. 0.95 would refuse good steps of slow systems. */
const stepLevel = 0.8

/** What is needed to judge one step. */
export interface StepOptions {
  /** The counted seconds of the step. Actions still under way count as infinite. */
  readonly seconds: readonly SecondRecord[]
  /** What the parts did in these seconds; without it nothing is known of a backlog. */
  readonly parts?: readonly PartSecond[]
  readonly checks: readonly Check[]
  readonly seed: number
  /** Fewer counted actions than this cannot decide a p99; other quantiles need as many beyond them. */
  readonly least_actions: number
}

/** How one step went. */
export interface StepJudgement {
  readonly verdict: Verdict
  /** One sentence per check. */
  readonly why: readonly string[]
  /** Nothing was broken yet: it fails because response times grow, of which a short step cannot be sure. */
  readonly grows: boolean
}

/** Holds, fails or is inconclusive, and why. Invariants are not a matter of one step and are left out. */
export function judgeStep(options: StepOptions): StepJudgement {
  const { seconds, parts = [], checks, seed, least_actions } = options
  const found = checks
    .filter((check) => check.kind !== 'invariants')
    .map((check, n) => {
      if (check.kind === 'backlog') return judgeBacklog(check, parts)
      const judged = judgeCheck(check, { seconds, seed: seed + n, least_actions })
      return judged.verdict === 'holds' ? growthAgainst(check, { judged, seconds }) : judged
    })
  const failing = found.filter((one) => one.verdict === 'fails')
  return {
    verdict: worst(found.map((one) => one.verdict)),
    why: found.map((one) => one.why),
    grows: failing.length > 0 && failing.every((one) => 'grows' in one),
  }
}

/** Fails when one fails, holds when all hold. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fails')) return 'fails'
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'holds'
}

/** True as soon as no further second can save the step: more actions are bad already than all of it may have. */
export function clearlyFails({
  seconds,
  checks,
  due_in_all,
  at_second,
}: {
  /** Counted seconds so far; the last ones may still be under way. */
  readonly seconds: readonly SecondRecord[]
  readonly checks: readonly Check[]
  /** Actions that the whole step is expected to have. */
  readonly due_in_all: number
  /** Until when everything is known, in seconds of the run. A clock ahead of the data would blame the system. */
  readonly at_second: number
}): boolean {
  return checks.some((check) => {
    if (!isShareCheck(check)) return false
    const bad = seconds.map((second) => {
      const waited_ms = (at_second - second.second - 1) * 1_000
      const ripe = check.kind === 'response_time' && waited_ms >= check.below_ms
      return blockOf({ second, check, underWay: ripe ? 'bad' : 'open' })
    })
    const total = sum(bad.map((block) => block.bad))
    const due = sum(bad.map((block) => block.due))
    return total > allowedShare(check) * Math.max(due, due_in_all) && total >= 10
  })
}

/** A check on a share of the actions of one stretch. */
export type ShareCheck = Exclude<Check, { kind: 'invariants' | 'backlog' }>

function isShareCheck(check: Check): check is ShareCheck {
  return check.kind === 'response_time' || check.kind === 'failures'
}

interface Block {
  readonly due: number
  readonly bad: number
}

interface Judged {
  readonly verdict: Verdict
  readonly why: string
  /** The share found and its interval, in words. */
  readonly share: string
  readonly grows?: true
}

/** A queue that is building up will break the check soon: a longer step would have failed. */
function growthAgainst(
  check: ShareCheck,
  { judged, seconds }: { judged: Judged; seconds: readonly SecondRecord[] },
): Judged {
  if (check.kind !== 'response_time') return judged
  const growth = growthOf(seconds, { of: (action) => concerns(check, action) })
  if (!growth.grows || growth.ahead_ms <= check.below_ms) return judged
  const from = Math.round(growth.last_ms)
  const to = Math.round(growth.ahead_ms)
  const why = `${judged.why}, but the mean grows second by second: ${from} ms, ${to} ms ${growth.ahead_seconds} s later`
  return { ...judged, verdict: 'fails', why, grows: true }
}

/** One check on some seconds, whatever their rates. */
export function judgeCheck(
  check: ShareCheck,
  { seconds, seed, least_actions }: Pick<StepOptions, 'seconds' | 'seed' | 'least_actions'>,
): Judged {
  const blocks = seconds
    .map((second) => blockOf({ second, check, underWay: 'bad' }))
    .filter((block) => block.due > 0)
  const due = sum(blocks.map((block) => block.due))
  const allowed = allowedShare(check)
  const words = checkWords(check)
  const needed = actionsNeeded(check, least_actions)
  if (due < needed) {
    const share = `only ${due} actions counted, ${needed} needed`
    return { verdict: 'inconclusive', why: `${words}: ${share}`, share }
  }
  const random = randomStream(seed, 11)
  const { value, low, high } = bootstrap({
    items: blocks,
    statistic: badShare,
    random: () => random.float(),
    resamples: 200,
    level: stepLevel,
  })
  const verdict = high <= allowed ? 'holds' : low > allowed ? 'fails' : 'inconclusive'
  const what = check.kind === 'failures' ? 'did not end ok' : 'took longer'
  const share = `${percentWords(value)} (${percentWords(low)}–${percentWords(high)})`
  const why = `${words}: ${share} of ${due} ${what}, ${percentWords(allowed)} allowed`
  return { verdict, why, share }
}

/**
 * Actions that a step must count to decide the check: `least_actions` for a p99, as many beyond the quantile
 * for others.
 */
export function actionsNeeded(check: ShareCheck, least_actions: number): number {
  if (check.kind === 'failures') return 1
  return Math.ceil((least_actions * 0.01) / allowedShare(check) - 1e-6)
}

function allowedShare(check: ShareCheck): number {
  return check.kind === 'failures' ? check.below_share : 1 - check.quantile
}

function badShare(blocks: readonly Block[]): number {
  let due = 0
  let bad = 0
  for (const block of blocks) {
    due += block.due
    bad += block.bad
  }
  return bad / due
}

function blockOf({
  second,
  check,
  underWay,
}: {
  readonly second: SecondRecord
  readonly check: ShareCheck
  readonly underWay: 'bad' | 'open'
}): Block {
  let due = 0
  let bad = 0
  for (const [name, action] of second.actions) {
    if (!concerns(check, name)) continue
    due += action.due
    bad += badOf(action, check, underWay)
  }
  return { due, bad }
}

function badOf(action: ActionSecond, check: ShareCheck, underWay: 'bad' | 'open'): number {
  const notOk = action.failed + action.unknown + action.dropped
  if (check.kind === 'failures') return notOk
  const open = underWay === 'bad' ? Math.max(0, action.due - action.ok - notOk) : 0
  return notOk + open + action.response_time.countAbove(check.below_ms * 1_000)
}

function percentWords(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
