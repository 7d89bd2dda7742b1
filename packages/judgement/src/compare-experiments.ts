// Two experiments side by side, configuration by configuration: what did a change do? The two were not played in turn,
// so whatever else changed meanwhile changed their load lines as well; it is told with them.

import type { Environment, ExperimentRecord, Plan } from '@plimsoll/record'
import { checkWords } from './check-words.ts'
import { compareTwo } from './comparisons.ts'
import { judgeConfiguration, type JudgedConfiguration } from './configuration-judgement.ts'
import type { Comparison, ConfigurationJudgement } from './judgement.ts'

/** A configuration that both experiments have. */
export interface BeforeAndAfter {
  readonly name: string
  readonly before: ConfigurationJudgement
  readonly after: ConfigurationJudgement
  /** Null where one of them has no load line, or where not the same was asked. */
  readonly comparison: Comparison | null
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
  before: ExperimentRecord,
  after: ExperimentRecord,
): ExperimentComparison {
  const asked_differently = askedDifferently(before.plan, after.plan)
  const first = judgedByName(before)
  const second = judgedByName(after)
  const configurations = [...first].flatMap(([name, one]) => {
    const other = second.get(name)
    if (other === undefined) return []
    const comparison = asked_differently.length === 0 ? compareLines(one, other, after.plan) : null
    return [{ name, before: one.judgement, after: other.judgement, comparison }]
  })
  return {
    configurations,
    only_before: [...first.keys()].filter((name) => !second.has(name)),
    only_after: [...second.keys()].filter((name) => !first.has(name)),
    asked_differently,
    ran_differently: ranDifferently(before.environment, after.environment),
  }
}

function judgedByName({ plan, runs }: ExperimentRecord): Map<string, JudgedConfiguration> {
  return new Map(
    plan.configurations.map((configuration) => {
      const own = runs.filter((run) => run.configuration === configuration.name)
      return [configuration.name, judgeConfiguration(configuration, { plan, runs: own })]
    }),
  )
}

function compareLines(
  one: JudgedConfiguration,
  other: JudgedConfiguration,
  plan: Plan,
): Comparison | null {
  const lines = [one, other].map(({ judgement }) => judgement.load_line_per_second)
  if (lines.includes(null)) return null
  const [a, b] = [one, other].map(({ judgement, steps, actions_per_session }, n) => ({
    name: `${judgement.name} ${n === 0 ? 'before' : 'after'}`,
    steps,
    actions_per_session,
  }))
  return a === undefined || b === undefined ? null : compareTwo(a, b, plan)
}

/** What decides a load line besides the system and its configurations. */
function askedDifferently(before: Plan, after: Plan): string[] {
  const facts = ({ system, workload_hash, seed, quick, scale, checks, search }: Plan) => ({
    system,
    workload: workload_hash.slice(0, 12),
    seed: String(seed),
    form: quick ? 'quick' : 'full',
    scale: `1:${scale}`,
    checks: checks.map(checkWords).join(', '),
    steps: `${search.counted_seconds} s on ${search.ladder_sessions_per_second.length} rungs`,
    deployments: search.kept_deployed === true ? 'one' : 'one for each repeat',
  })
  return differences(facts(before), facts(after))
}

function ranDifferently(before: Environment, after: Environment): string[] {
  const facts = (environment: Environment) => ({
    Plimsoll: environment.plimsoll_version,
    commit: environment.commit ?? 'none',
    Node: environment.node_version,
    processor: `${environment.cores} × ${environment.cpu_model}`,
    kernel: environment.kernel,
    cgroups: environment.cgroups,
    software: environment.software.join(', '),
  })
  return differences(facts(before), facts(after))
}

function differences<Facts extends Readonly<Record<string, string>>>(
  before: Facts,
  after: Facts,
): string[] {
  return Object.entries(before).flatMap(([name, value]) =>
    value === after[name] ? [] : [`${name}: ${value}, then ${after[name]}`],
  )
}
