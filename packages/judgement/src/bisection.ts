// Which boot delay would have been enough: what was tried, and the bracket that it leaves.

import type {
  ExperimentRecord,
  PlannedBisection,
  PlannedConfiguration,
  Verdict,
} from '@plimsoll/record'
import { judgeConfiguration } from './configuration-judgement.ts'

/** One boot delay that was tried. */
export interface TriedDelay {
  readonly boot_ms: number
  readonly verdict: Verdict
  /** The first check that does not hold, with what was found; empty where all do. */
  readonly why: string
}

/** Between `holds_ms` and `fails_ms` lies the longest boot delay that is enough. */
export interface Bisection {
  readonly configuration: string
  readonly part: string
  /** Ascending. */
  readonly tried: readonly TriedDelay[]
  /** Null: not even the shortest that was tried holds. */
  readonly holds_ms: number | null
  /** Null: even the longest that was tried holds. */
  readonly fails_ms: number | null
}

/** The configuration with another boot delay; its name is that of its runs. */
export function configurationWithBoot(
  configuration: PlannedConfiguration,
  { part, boot_ms }: { readonly part: string; readonly boot_ms: number },
): PlannedConfiguration {
  return {
    ...configuration,
    name: nameWithBoot(configuration.name, boot_ms),
    parts: configuration.parts.map((each) =>
      each.part === part && each.autoscaling !== undefined
        ? { ...each, autoscaling: { ...each.autoscaling, boot_ms } }
        : each,
    ),
  }
}

function nameWithBoot(configuration: string, boot_ms: number | ''): string {
  return `${configuration}-boot-ms-${boot_ms}`
}

/** Null where the plan asks for none, or nothing was tried yet. */
export function bisectionOf({
  plan,
  runs,
}: Pick<ExperimentRecord, 'plan' | 'runs'>): Bisection | null {
  const { bisection } = plan
  if (bisection === undefined) return null
  const prefix = nameWithBoot(bisection.configuration, '')
  const delays = runs
    .filter(({ configuration }) => configuration.startsWith(prefix))
    .map(({ configuration }) => Number(configuration.slice(prefix.length)))
  const tried = [...new Set(delays)]
    .toSorted((a, b) => a - b)
    .flatMap((boot_ms) => triedDelay({ plan, runs }, { bisection, boot_ms }))
  if (tried.length === 0) return null
  const { configuration, part } = bisection
  const held = tried.filter(({ verdict }) => verdict === 'holds').map(({ boot_ms }) => boot_ms)
  const failed = tried.filter(({ verdict }) => verdict !== 'holds').map(({ boot_ms }) => boot_ms)
  // A delay that held by luck above one that did not is not believed.
  const fails_ms = failed[0] ?? null
  const holds_ms = held.findLast((boot_ms) => boot_ms < (fails_ms ?? Infinity)) ?? null
  return { configuration, part, tried, holds_ms, fails_ms }
}

function triedDelay(
  { plan, runs }: Pick<ExperimentRecord, 'plan' | 'runs'>,
  { bisection, boot_ms }: { readonly bisection: PlannedBisection; readonly boot_ms: number },
): TriedDelay[] {
  const { configuration, part } = bisection
  const planned = plan.configurations.find(({ name }) => name === configuration)
  if (planned === undefined) return []
  const changed = configurationWithBoot(planned, { part, boot_ms })
  const own = runs.filter((run) => run.configuration === changed.name)
  const asked = { ...plan, plays: 'phases' as const, configurations: [changed] }
  const { judgement } = judgeConfiguration(changed, { plan: asked, runs: own })
  const check = judgement.expected_load?.checks.find(({ verdict }) => verdict !== 'holds')
  const why = check === undefined ? '' : `${check.check}: ${check.found}`
  return [{ boot_ms, verdict: judgement.verdict, why }]
}

/** The bracket in a sentence. */
export function bracketWords({
  configuration,
  part,
  tried,
  holds_ms,
  fails_ms,
}: Bisection): string {
  const of = `of new instances of ${part} in ${configuration}`
  const [shortest, longest] = [tried[0]?.boot_ms ?? 0, tried.at(-1)?.boot_ms ?? 0]
  if (holds_ms === null) return `Not even a boot delay of ${seconds(shortest)} ${of} is enough.`
  if (fails_ms === null) return `Even a boot delay of ${seconds(longest)} ${of} is enough.`
  return `A boot delay ${of} of ${seconds(holds_ms)} is enough, one of ${seconds(fails_ms)} is not shown to be.`
}

function seconds(ms: number): string {
  return `${Number((ms / 1_000).toPrecision(3))} s`
}
