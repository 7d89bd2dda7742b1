// `plimsoll plan`: what would be done, in words or as JSON.

import { parseArgs } from 'node:util'
import { checkWords, factorOf, partOptionWords } from '@plimsoll/judgement'
import type { Plan, PlannedConfiguration } from '@plimsoll/record'
import { exitCodes, type CommandInput } from './command.ts'
import { fileArgument } from './arguments.ts'
import { experimentFile, loadExperiment } from './load-module.ts'
import { planOf } from './plan-of.ts'

export async function showPlan({ args, streams }: CommandInput): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const file = experimentFile(fileArgument(positionals, 'EXPERIMENT'))
  const plan = await planOf(await loadExperiment(file), { file, quick: values.quick })
  streams.stdout.write(values.json ? `${JSON.stringify(plan, undefined, 2)}\n` : planText(plan))
  return exitCodes.holds
}

function planText(plan: Plan): string {
  const { search } = plan
  const total = plan.personas.reduce((sum, persona) => sum + persona.weight, 0)
  const nameWidth = Math.max(12, ...plan.configurations.map(({ name }) => name.length + 2))
  const form = plan.quick ? 'quick' : 'full'
  return [
    plan.question,
    `Expected load: ${plan.expected_per_second} actions/s. Scale 1:${plan.scale}, one vCPU is ${round(1 / plan.scale)} of a core.`,
    '',
    'Configurations',
    ...plan.configurations.map((each) => configurationText(each, nameWidth)),
    'Personas',
    ...plan.personas.map(
      ({ name, weight, why }) => `  ${name.padEnd(12)}${round((100 * weight) / total)} %: ${why}`,
    ),
    ...(plan.setup.length === 0 ? [] : [`Before each run: ${plan.setup.join('; ')}`]),
    ...(plan.pauses_share === 1
      ? []
      : [`Pauses: ${round(100 * plan.pauses_share)} % of each is played`]),
    'Phases',
    ...plan.phases.map(
      ({ name, shape, measured, load_line }) =>
        `  ${name.padEnd(12)}${shape}${measured ? '' : ', not measured'}${load_line ? ', its mix gives the load line' : ''}`,
    ),
    'Checks',
    ...plan.checks.map((check) => `  ${checkWords(check)}`),
    plan.plays === 'phases'
      ? `Phases alone (${form}): no search for a load line, runs of each configuration: ${search.repeats}`
      : `Search (${form}): rungs ${round(100 * (factorOf(search.ladder_sessions_per_second) - 1))} % apart, ${search.counted_seconds} counted seconds a step, ${search.repeats} repeats around the edge`,
    `Seed ${plan.seed}, workload ${plan.workload_hash.slice(0, 12)}, plan ${plan.plan_hash.slice(0, 12)}`,
    '',
  ].join('\n')
}

function configurationText(
  { name, parts, cost_per_hour_usd }: PlannedConfiguration,
  nameWidth: number,
): string {
  const sized = parts.map((planned) => {
    const { part, size, instances, processes, limit_cores } = planned
    const each = [
      `${round(limit_cores)} cores each`,
      ...(processes === 1 ? [] : [`${processes} processes`]),
      ...partOptionWords(planned),
    ]
    return `${instances} × ${part} ${size} (${each.join(', ')})`
  })
  return `  ${name.padEnd(nameWidth)}${sized.join(', ')}; ${cost_per_hour_usd} USD/hour with the balancer`
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)))
}
