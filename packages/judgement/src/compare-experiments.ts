// Two experiments side by side, configuration by configuration: what did a change do? The two were not played in turn,
// so whatever else changed meanwhile changed their load lines as well; it is told with them.

import type { ExperimentRecord, Plan } from '@plimsoll/record'
import { checkWords } from './check-words.ts'
import { compareTwo } from './comparisons.ts'
import { judgeConfigurations, type JudgedConfiguration } from './configuration-judgement.ts'
import { broken as countBroken } from './expected-load.ts'
import type { Comparison, ConfigurationJudgement } from './judgement.ts'

/** A configuration that both experiments have. */
export interface BeforeAndAfter {
  readonly name: string
  readonly before: ConfigurationJudgement
  readonly after: ConfigurationJudgement
  /**
   * Null where one of them has no load line, or where not the same was asked. Its interval is of the repeats alone:
   * what the machine did between the two is not in it.
   */
  readonly comparison: Comparison | null
  /** What has broken since, whatever the ratio. */
  readonly broken: readonly string[]
}

export interface ExperimentComparison {
  readonly configurations: readonly BeforeAndAfter[]
  /** Names that only one of them has. */
  readonly only_before: readonly string[]
  readonly only_after: readonly string[]
  /** What was asked differently, in words: when there is any, load lines are no measure of each other. */
  readonly asked_differently: readonly string[]
  /** What else differs where they ran, in words. */
  readonly ran_differently: readonly string[]
}

/** What the second experiment carries beside the first. */
export function compareExperiments(
  earlier: ExperimentRecord,
  later: ExperimentRecord,
): ExperimentComparison {
  const asked_differently = askedDifferently(earlier.plan, later.plan)
  const first = judgedByName(earlier)
  const second = judgedByName(later)
  const isSameExpected = earlier.plan.expected_per_second === later.plan.expected_per_second
  const configurations = [...first].flatMap(([name, one]) => {
    const other = second.get(name)
    if (other === undefined) return []
    const comparison = asked_differently.length === 0 ? compareLines(one, other, later.plan) : null
    const { judgement: before } = one
    const { judgement: after } = other
    const fails = isSameExpected && before.verdict === 'holds' && after.verdict === 'fails'
    const broken = [
      ...brokenSince(before, after),
      ...(fails ? ['what was expected held, and fails now'] : []),
    ]
    return [{ name, before, after, comparison, broken }]
  })
  return {
    configurations,
    only_before: [...first.keys()].filter((name) => !second.has(name)),
    only_after: [...second.keys()].filter((name) => !first.has(name)),
    asked_differently,
    ran_differently: ranDifferently(earlier, later),
  }
}

function judgedByName(record: ExperimentRecord): Map<string, JudgedConfiguration> {
  return new Map(judgeConfigurations(record).map((one) => [one.name, one]))
}

/** A load line that was there and is not, and invariants that held. */
function brokenSince(before: ConfigurationJudgement, after: ConfigurationJudgement): string[] {
  const isGone =
    before.load_line_per_second !== null &&
    after.load_line_per_second === null &&
    after.rungs.every(({ held }) => held === 0)
  const lost = isGone ? ['no load line any more: no step held'] : []
  const known = new Set(
    before.invariants.filter((one) => countBroken(one) > 0).map(({ name }) => name),
  )
  const names = after.invariants
    .filter((one) => countBroken(one) > 0 && !known.has(one.name))
    .map(({ name }) => `"${name}" is broken`)
  return [...lost, ...names]
}

function compareLines(
  one: JudgedConfiguration,
  other: JudgedConfiguration,
  plan: Plan,
): Comparison | null {
  const lines = [one, other].map(({ judgement }) => judgement.load_line_per_second)
  if (lines.includes(null)) return null
  const before = { ...one, name: `${one.name} before` }
  return compareTwo(before, { ...other, name: `${other.name} after` }, plan)
}

/** What decides a load line besides the system and how it is deployed. */
function askedDifferently(before: Plan, after: Plan): string[] {
  const facts = (plan: Plan) => ({
    system: plan.system,
    seed: String(plan.seed),
    form: plan.quick ? 'quick' : 'full',
    scale: `1:${plan.scale}`,
    checks: plan.checks.map(checkWords).join(', '),
  })
  const rules = (plan: Plan) => ({
    personas: plan.personas,
    phases: plan.phases,
    'set-up': plan.setup,
    pauses: [plan.pauses_share, plan.max_sessions],
    'rules of the search': { ...plan.search, repeats: 0 },
  })
  return [...differences(facts(before), facts(after)), ...namesOf(rules(before), rules(after))]
}

function ranDifferently(before: ExperimentRecord, after: ExperimentRecord): string[] {
  const facts = ({ environment, plan }: ExperimentRecord) => ({
    Plimsoll: environment.plimsoll_version,
    commit: environment.commit ?? 'none',
    'files of the experiment': plan.workload_hash.slice(0, 12),
    'expected load': `${plan.expected_per_second}/s`,
    Node: environment.node_version,
    platform: environment.platform,
    processor: `${environment.cores} × ${environment.cpu_model}`,
    memory: `${(environment.memory_bytes / 2 ** 30).toFixed(1)} GiB`,
    kernel: environment.kernel,
    cgroups: environment.cgroups,
    software: environment.software.join(', '),
  })
  const parts = ({ plan }: ExperimentRecord) =>
    Object.fromEntries(plan.configurations.map(({ name, parts }) => [`parts of ${name}`, parts]))
  return [...differences(facts(before), facts(after)), ...namesOf(parts(before), parts(after))]
}

function differences<Facts extends Readonly<Record<string, string>>>(
  before: Facts,
  after: Facts,
): string[] {
  return Object.entries(before).flatMap(([name, value]) =>
    value === after[name] ? [] : [`${name}: ${value}, then ${after[name]}`],
  )
}

/** What both have and is not the same; too much to be printed. */
function namesOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(before)
    .filter((name) => Object.hasOwn(after, name))
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${name}: declared differently`)
}
