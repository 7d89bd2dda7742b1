// One configuration: its load line, what it costs, what ran out, and whether it carries what is expected.

import type {
  Caveat,
  ExperimentRecord,
  InvariantResult,
  PartSecond,
  Plan,
  PlannedConfiguration,
  RunRecord,
  Verdict,
} from '@plimsoll/record'
import { randomStream } from '@plimsoll/workload'
import { allResponseTimes, goodIn, quantile_ms, summariseActions } from './action-summary.ts'
import { countedSteps, dueIn, type CountedStep } from './counted-steps.ts'
import { backlogSummary } from './backlog-summary.ts'
import type { Compared } from './comparisons.ts'
import { elasticityOf } from './elasticity.ts'
import { broken, expectedLoad } from './expected-load.ts'
import { generatorCaveats } from './generator-caveats.ts'
import type { ConfigurationJudgement, Estimate, ExpectedLoad, RungResult } from './judgement.ts'
import { edgeRung, leastOf, loadLineOf, rateAt, repeatsOf } from './load-line.ts'
import { saturation } from './saturation.ts'

/** A configuration's judgement with the steps behind it, for comparing it with others. */
export interface JudgedConfiguration extends Compared {
  readonly judgement: ConfigurationJudgement
}

/** Every configuration of the plan, those that were never run included. */
export function judgeConfigurations({ plan, runs }: ExperimentRecord): JudgedConfiguration[] {
  return plan.configurations.map((configuration) => {
    const own = runs.filter((run) => run.configuration === configuration.name)
    return judgeConfiguration(configuration, { plan, runs: own })
  })
}

/** Judges the runs of one configuration. */
export function judgeConfiguration(
  configuration: PlannedConfiguration,
  { runs, plan }: { runs: readonly RunRecord[]; plan: Plan },
): JudgedConfiguration {
  const steps = countedSteps(runs)
  const { checks, search } = plan
  const random = randomStream(plan.seed, 23)
  const sessions = loadLineOf({ steps, search, checks, random: () => random.float() })
  const actions_per_session = actionsPerSession(steps)
  const edge = edgeRung(repeatsOf(steps))
  const near = stepsNear(steps, edge)
  const invariants = sumInvariants(runs)
  const expected_load = expectedLoad(runs, { plan, invariants })
  const caveats = allCaveats({ runs, plan, steps, near, expected_load, invariants })
  const sizesTold = !caveats.some((caveat) => caveat.code === 'limits-not-set')
  const measured = times(sessions, actions_per_session)
  const line = sizesTold ? times(measured, plan.scale) : null
  const held = topHeld(steps, edge)
  const carries = { low: line?.low ?? 0, high: line?.high ?? Infinity }
  if (sizesTold && sessions === null) {
    Object.assign(carries, openEnd({ steps, plan, actions_per_session }))
  }
  const { cost_per_hour_usd, name } = configuration
  const judgement: ConfigurationJudgement = {
    name,
    verdict: verdictOf({ carries, plan, caveats, invariants, expected_load }),
    load_line_per_second: line,
    measured_per_second: measured,
    sessions_per_second: sizesTold ? times(sessions, plan.scale) : null,
    headroom: line === null ? null : line.value / plan.expected_per_second,
    cost_per_hour_usd,
    cost_per_million_usd: line === null ? null : (cost_per_hour_usd / (line.value * 3_600)) * 1e6,
    saturates: saturation(edgeRows(near)),
    backlog: backlogSummary({ runs, steps, plan, actions_per_session }),
    elasticity: runs.flatMap((run) => elasticityOf(run, plan)),
    rungs: rungResults(steps, { actions_per_session, checks }),
    at_load_line: summariseActions(held),
    expected_load,
    invariants,
    caveats,
  }
  return { name, judgement, steps, actions_per_session }
}

function verdictOf({
  carries,
  plan,
  caveats,
  invariants,
  expected_load,
}: {
  readonly carries: { readonly low: number; readonly high: number }
  readonly plan: Plan
  readonly caveats: readonly Caveat[]
  readonly invariants: readonly InvariantResult[]
  readonly expected_load: ExpectedLoad | null
}): Verdict {
  if (invariants.some((result) => broken(result) > 0)) return 'fails'
  // What forbids `holds` is no proof of the opposite: a load that was not sent as planned shows nothing.
  if (caveats.some((caveat) => caveat.forbids_holds)) return 'inconclusive'
  if (plan.plays === 'phases') return expected_load?.verdict ?? 'inconclusive'
  if (carries.high < plan.expected_per_second || expected_load?.verdict === 'fails') return 'fails'
  return carries.low > plan.expected_per_second ? 'holds' : 'inconclusive'
}

/** Without an edge: at least the highest rate that held, or less than the lowest that failed. */
function openEnd({
  steps,
  plan,
  actions_per_session,
}: {
  readonly steps: readonly CountedStep[]
  readonly plan: Plan
  readonly actions_per_session: number
}): { low?: number; high?: number } {
  const ladder = plan.search.ladder_sessions_per_second
  const at = (rung: number) => rateAt(ladder, rung) * actions_per_session * plan.scale
  const rungsThat = (verdict: Verdict) =>
    steps.filter((step) => step.verdict === verdict).map((step) => step.rung)
  const held = rungsThat('holds')
  const least = leastOf(plan.search)
  if (held.length > 0) return { low: at(Math.max(...held) - least) }
  const failed = rungsThat('fails')
  return failed.length > 0 ? { high: at(Math.min(...failed) + least) } : {}
}

function allCaveats({
  runs,
  plan,
  steps,
  near,
  expected_load,
  invariants,
}: {
  readonly runs: readonly RunRecord[]
  readonly plan: Plan
  readonly steps: readonly CountedStep[]
  readonly near: readonly CountedStep[]
  readonly expected_load: ExpectedLoad | null
  readonly invariants: readonly InvariantResult[]
}): Caveat[] {
  const phases = runs.flatMap((run) =>
    run.stretches
      .filter(({ kind, measured }) => kind === 'phase' && measured)
      .map((stretch) => ({ run, stretch })),
  )
  // An overloaded system makes its sessions late by itself: only what held says how well it was sent.
  const heldPhases = expected_load?.verdict === 'fails' ? [] : phases
  const held = [...near.filter((step) => step.verdict === 'holds'), ...heldPhases]
  const all = [
    ...runs.flatMap((run) => run.caveats),
    ...generatorCaveats({
      spans: [edgeRows(near), ...phases.map(rowsIn)],
      held: held.map(({ stretch }) => stretch),
      reasons: runs.flatMap((run) => run.reasons),
      checks: plan.checks,
    }),
    ...searchCaveats(steps, plan),
    ...invariantCaveats(invariants, { runs, plan }),
  ]
  const same = (one: Caveat, other: Caveat) => one.code === other.code && one.text === other.text
  return all.filter((one, n) => all.findIndex((other) => same(one, other)) === n)
}

function invariantCaveats(
  invariants: readonly InvariantResult[],
  { runs, plan }: { runs: readonly RunRecord[]; plan: Plan },
): Caveat[] {
  const isAsked = plan.checks.some(({ kind }) => kind === 'invariants')
  const isMissing = isAsked && runs.some((run) => run.invariants.length === 0)
  const caveats = invariants.flatMap(({ name, examined, unexamined }) => {
    if (unexamined !== undefined) return notExamined(name, unexamined)
    return examined === 0 ? examinedNothing(name) : []
  })
  return isMissing ? [runNotExamined, ...caveats] : caveats
}

function notExamined(name: string, why: string): Caveat {
  const text = `"${name}" could not be examined: ${why}`
  return { code: `${name}-not-examined`, text, forbids_holds: true }
}

/** Nothing was promised that it could look up, so that it held says nothing. */
function examinedNothing(name: string): Caveat {
  const text = `"${name}" found nothing to examine: it neither held nor failed.`
  return { code: `${name}-examined-nothing`, text, forbids_holds: false }
}

function searchCaveats(steps: readonly CountedStep[], plan: Plan): Caveat[] {
  const caveats: Caveat[] = []
  const repeats = new Set(steps.map((step) => step.repeat)).size
  const say = (code: string, text: string) => caveats.push({ code, text, forbids_holds: false })
  if (plan.plays === 'phases') {
    say('no-load-line', 'No load line was searched: the declared phases alone decide.')
  } else if (steps.length === 0)
    say('nothing-measured', 'No step was played, so there is no load line.')
  else if (steps.every((step) => step.verdict === 'holds')) {
    say('nothing-failed', 'Every step held up to the highest tried: the load line lies above it.')
  } else if (steps.every((step) => step.verdict === 'inconclusive')) {
    const why = steps[0]?.stretch.why?.find((one) => one !== '')
    const text = `No step could be decided${why === undefined ? '' : ` (${why})`}: nothing is known of the load line.`
    say('nothing-decided', text)
  } else if (!steps.some((step) => step.verdict === 'holds')) {
    say('nothing-held', 'No step held: the load line lies below the lowest that failed.')
  } else if (repeats === 1) {
    caveats.push(oneRepeat)
  } else if (repeats < plan.search.repeats) {
    const text = `Only ${repeats} of ${plan.search.repeats} repeats were played: the interval is wider for it.`
    say('few-repeats', text)
  }
  return caveats
}

const runNotExamined: Caveat = {
  code: 'invariants-not-examined',
  text: 'A run ended before its data was compared with what had been acknowledged.',
  forbids_holds: true,
}

const oneRepeat: Caveat = {
  code: 'one-repeat',
  text: 'Only one repeat was played: nothing says how far another one would lie from it, so there is no load line.',
  forbids_holds: true,
}

/** Actions due per session planned, where the system kept up: an overloaded one slows its sessions. */
function actionsPerSession(steps: readonly CountedStep[]): number {
  const held = steps.filter((step) => step.verdict === 'holds')
  const from = held.length > 0 ? held : steps
  let due = 0
  let sessions = 0
  for (const step of from) {
    due += dueIn(step.seconds)
    sessions += step.sessions_per_second * step.seconds.length
  }
  return sessions === 0 ? 1 : due / sessions
}

/** Steps within two rungs of the edge; without one, of the end at which it must lie. */
function stepsNear(steps: readonly CountedStep[], edge: number): CountedStep[] {
  const rungs = steps.map((step) => step.rung)
  const anyHeld = steps.some((step) => step.verdict === 'holds')
  const end = anyHeld ? Math.max(...rungs) : Math.min(...rungs)
  const at = Number.isNaN(edge) ? end : edge
  return steps.filter((step) => Math.abs(step.rung - at) <= 2)
}

/** The held steps of the highest rung at which half hold; of the highest that held when there is no edge. */
function topHeld(steps: readonly CountedStep[], edge: number): CountedStep[] {
  const held = steps.filter((step) => step.verdict === 'holds')
  const below = held.filter((step) => Number.isNaN(edge) || step.rung <= edge)
  const top = Math.max(...(below.length > 0 ? below : held).map((step) => step.rung))
  return held.filter((step) => step.rung === top)
}

/** Rows of the parts in the steps that did not hold, else in those that did. */
function edgeRows(near: readonly CountedStep[]): PartSecond[] {
  const notHeld = near.filter((step) => step.verdict !== 'holds')
  return (notHeld.length > 0 ? notHeld : near).flatMap(rowsIn)
}

function rowsIn({ run, stretch }: Pick<CountedStep, 'run' | 'stretch'>): PartSecond[] {
  return run.parts.filter(({ second }) => isAtWork(second, stretch))
}

/** Gauges of the last second are read when the load of a step is over already: it is left out. */
function isAtWork(
  second: number,
  { counted_from_second, to_second }: CountedStep['stretch'],
): boolean {
  const until = Math.max(counted_from_second + 1, to_second - 1)
  return second >= counted_from_second && second < until
}

function rungResults(
  steps: readonly CountedStep[],
  { actions_per_session, checks }: { actions_per_session: number; checks: Plan['checks'] },
): RungResult[] {
  const rungs = [...new Set(steps.map((step) => step.rung))].toSorted((a, b) => a - b)
  return rungs.map((rung) => {
    const own = steps.filter((step) => step.rung === rung)
    const seconds = own.flatMap((step) => step.seconds)
    const { times, infinite } = allResponseTimes(seconds)
    const sessions_per_second = own[0]?.sessions_per_second ?? NaN
    const count = (verdict: Verdict) => own.filter((step) => step.verdict === verdict).length
    return {
      rung,
      sessions_per_second,
      actions_per_second: sessions_per_second * actions_per_session,
      goodput_per_second: goodIn(seconds, checks) / Math.max(1, seconds.length),
      held: count('holds'),
      failed: count('fails'),
      inconclusive: count('inconclusive'),
      p99_ms: quantile_ms(times, 0.99, infinite),
    }
  })
}

function sumInvariants(runs: readonly RunRecord[]): InvariantResult[] {
  const all = runs.flatMap((run) => run.invariants)
  return [...new Set(all.map((result) => result.name))].map((name) => {
    const own = all.filter((result) => result.name === name)
    const unexamined = own.find((result) => result.unexamined !== undefined)?.unexamined
    const sum = (of: 'examined' | 'lost' | 'doubled' | 'unexpected' | 'stale') =>
      own.reduce((total, result) => total + result[of], 0)
    return {
      name,
      examined: sum('examined'),
      lost: sum('lost'),
      doubled: sum('doubled'),
      unexpected: sum('unexpected'),
      stale: sum('stale'),
      examples: own.flatMap((result) => result.examples).slice(0, 10),
      ...(unexamined === undefined ? {} : { unexamined }),
    }
  })
}

function times(estimate: Estimate | null, factor: number): Estimate | null {
  if (estimate === null) return null
  const { value, low, high } = estimate
  return { value: value * factor, low: low * factor, high: high * factor }
}
