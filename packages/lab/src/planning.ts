// Experiment → Plan: a pure function. What it cannot know (the number of cores, the hash of the sources) is given.

import { createHash } from 'node:crypto'
import { loadLinePhase, PlimsollError, type Workload } from '@plimsoll/workload'
import type {
  Plan,
  PlannedConfiguration,
  PlannedPart,
  PlannedPhase,
  PlannedSearch,
} from '@plimsoll/record'
import { balancerPricePerHour_usd, sizes } from './sizes.ts'
import { plannedAlarms } from './alarms.ts'
import { plannedAutoscaling } from './autoscaling.ts'
import { plannedBisection } from './bisection.ts'
import type { Configuration, Experiment, PartSizing } from './experiment.ts'
import { plannedFault } from './faults.ts'
import type { Part, System } from './system.ts'

/** Cores kept free for the generator, the balancer and the lab. */
export const coresKeptFree = 0.75
/** A managed queue is not limited, and works on this machine all the same. */
const coresOfManagedQueue = 0.25
/**
 * Each rung of the ladder is this much above the one below. Repeats of one deployment leave its edge so open that
 * finer rungs would tell nothing more: decisions/0015.
 */
const rungFactor = { anew: 1.05, kept: 1.1 } as const
/** Of about 150 MB each. */
const mostKeptProcesses = 40
const lowestRung_per_second = 1
const highestRung_per_second = 50_000

export interface PlanningInput {
  /** The experiment's name: its system's, or its file's. */
  readonly name: string
  readonly quick: boolean
  /** Cores of this machine. */
  readonly cores: number
  /** SHA-256 of the sources that define the workload. */
  readonly workload_hash: string
}

/** Throws `scale-does-not-fit` when the limits would add up to more than this machine can give. */
export function planExperiment(experiment: Experiment, input: PlanningInput): Plan {
  const { workload } = experiment
  const { name, quick, cores, workload_hash } = input
  const scale = scaleFor(experiment, cores)
  const line = loadLinePhase(workload).name
  const phases = planPhases(workload, { quick })
  const faults = (experiment.faults ?? [])
    .map((fault) => plannedFault(fault, line))
    .filter((fault) => phases.some(({ name }) => name === fault.phase))
  const alarms = plannedAlarms(experiment.system.alarms)
  const configurations = Object.entries(experiment.configurations).map(([name, configuration]) =>
    planConfiguration(name, { configuration, scale, system: experiment.system }),
  )
  const isKept = quick && experiment.plays !== 'phases' && fitTogether(configurations)
  const recipe = {
    format: 'plimsoll-plan/1' as const,
    experiment: name,
    question: experiment.question,
    system: experiment.system.name,
    seed: experiment.seed ?? 1,
    quick,
    scale,
    configurations,
    personas: Object.entries(workload.personas).map(([persona, { why, tasks = {} }]) => ({
      name: persona,
      why,
      tasks: Object.entries(tasks).map(([name, task]) => ({ name, ...task })),
      weight: workload.mix[persona] ?? 0,
    })),
    phases,
    setup: workload.setup.map(({ what }) => what),
    pauses_share: quick ? workload.quickPauses : 1,
    ...(quick && workload.quickPhases !== undefined ? { phases_share: workload.quickPhases } : {}),
    max_sessions: workload.maxSessions,
    checks: experiment.checks,
    ...(experiment.plays === 'phases' ? { plays: 'phases' as const } : {}),
    ...(faults.length === 0 ? {} : { faults }),
    ...(alarms.length === 0 ? {} : { alarms }),
    ...(quick || experiment.bisect === undefined
      ? {}
      : { bisection: plannedBisection(experiment.bisect, experiment.configurations) }),
    expected_per_second: experiment.expected,
    search: {
      ...searchRules({ quick, isKept }),
      repeats: repeatsOf(experiment, quick),
    },
    workload_hash,
  }
  const plan_hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex')
  return { ...recipe, plan_hash }
}

/** The ladder, how long steps are and how often they are repeated; simulated searches go by the same. */
export function searchRules({ quick, isKept }: { quick: boolean; isKept: boolean }): PlannedSearch {
  return {
    ladder_sessions_per_second: ladder(isKept ? rungFactor.kept : rungFactor.anew),
    ...(quick
      ? { repeats: 3, counted_seconds: 3, counted_actions: 700, least_actions: 700 }
      : { repeats: 7, counted_seconds: 20, counted_actions: 10_000, least_actions: 1_000 }),
    ...(isKept ? { kept_deployed: true } : {}),
  }
}

/** Whether all configurations can be there at once: their memory counts, and what processes do that wait. */
function fitTogether(configurations: readonly PlannedConfiguration[]): boolean {
  const parts = configurations.flatMap(({ parts }) => parts)
  const processes = parts.reduce((sum, part) => sum + part.instances * part.processes, 0)
  return processes <= mostKeptProcesses
}

function planConfiguration(
  name: string,
  { configuration, scale, system }: { configuration: Configuration; scale: number; system: System },
): PlannedConfiguration {
  const parts = Object.entries(configuration).map(([part, sizing]): PlannedPart => {
    const { size, settings, balancer, autoscale } = sizing
    const instances = instancesOf(sizing)
    const { vcpu, memory_gib, price_per_hour_usd } = sizes[size]
    const limit_cores = vcpu / scale
    const processes = processesOf(system.parts[part], vcpu)
    const sized = { part, size, instances, processes, vcpu, memory_gib, price_per_hour_usd }
    return {
      ...sized,
      limit_cores,
      ...(settings === undefined ? {} : { settings }),
      ...(balancer === undefined ? {} : { balancer: { keep_alive: balancer.keepAlive } }),
      ...(autoscale === undefined ? {} : { autoscaling: plannedAutoscaling(autoscale, scale) }),
    }
  })
  const price = parts.reduce((sum, part) => sum + part.instances * part.price_per_hour_usd, 0)
  return { name, parts, cost_per_hour_usd: round(price + balancerPricePerHour_usd) }
}

/** Phases alone are a demonstration, not an estimate with an interval: fewer of them do. */
function repeatsOf({ plays, repeats }: Experiment, quick: boolean): number {
  if (repeats !== undefined) return repeats
  if (plays === 'phases') return quick ? 1 : 3
  return searchRules({ quick, isKept: false }).repeats
}

/** The most that there can be at once. */
function instancesOf({ instances = 1, autoscale }: PartSizing): number {
  return autoscale?.most ?? instances
}

function processesOf(part: Part | undefined, vcpu: number): number {
  const perVcpu = part?.kind === 'service' && part.processes === 'one per vCPU'
  return perVcpu ? Math.max(1, Math.floor(vcpu)) : 1
}

function planPhases(workload: Workload, { quick }: { quick: boolean }): PlannedPhase[] {
  const lineName = loadLinePhase(workload).name
  const played = Object.entries(workload.phases).filter(
    ([, phase]) => !quick || phase.quick !== false,
  )
  return played.map(([name, { shape, mix, measured, quick }]) => ({
    name,
    shape: shape.words,
    model: shape.model,
    spacing: shape.spacing,
    lasts_ms: shape.lasts,
    measured: measured !== false,
    load_line: name === lineName,
    ...(quick === false ? { quick } : {}),
    mix: definedWeights(mix ?? workload.mix),
  }))
}

function definedWeights(mix: Workload['mix']): Record<string, number> {
  return Object.fromEntries(Object.entries(mix).map(([name, weight]) => [name, weight ?? 0]))
}

function ladder(factor: number): number[] {
  const rungs: number[] = []
  for (let rate = lowestRung_per_second; rate <= highestRung_per_second; rate *= factor) {
    rungs.push(Number(rate.toPrecision(6)))
  }
  return rungs
}

/** vCPUs of the largest configuration. */
function largestVcpu({ configurations }: Experiment): number {
  const sums = Object.values(configurations).map((configuration) =>
    Object.values(configuration).reduce(
      (sum, sizing) => sum + instancesOf(sizing) * sizes[sizing.size].vcpu,
      0,
    ),
  )
  return Math.max(...sums)
}

function managedQueues({ configurations }: Experiment): number {
  const counts = Object.values(configurations).map(
    (configuration) =>
      Object.values(configuration).filter(({ size }) => sizes[size].only === 'queue').length,
  )
  return Math.max(...counts)
}

function scaleFor(experiment: Experiment, cores: number): number {
  const vcpu = largestVcpu(experiment)
  const available = cores - coresKeptFree - managedQueues(experiment) * coresOfManagedQueue
  const smallest = 2 ** Math.max(0, Math.ceil(Math.log2(vcpu / available)))
  if (experiment.scale === undefined) return smallest
  if (vcpu / experiment.scale <= available) return experiment.scale
  throw new PlimsollError({
    code: 'scale-does-not-fit',
    blame: 'input',
    message:
      `The largest configuration has ${vcpu} vCPU, at a scale of 1:${experiment.scale} that is ` +
      `${round(vcpu / experiment.scale)} cores, and this machine can give ${round(available)} of its ${cores}.`,
    hint: `Set scale: ${smallest} in the experiment, or leave it out.`,
  })
}

function round(value: number): number {
  return Number(value.toPrecision(6))
}
