// A question with configurations, a workload and checks, as its author wrote it.

import {
  loadLinePhase,
  PlimsollError,
  type Fault as Wrong,
  type PerSecond,
  type Workload,
} from '@plimsoll/workload'
import type { Check } from '@plimsoll/record'
import type { Autoscaling } from './autoscaling.ts'
import { bisectFaults, type Bisect } from './bisection.ts'
import { configurationFaults } from './configuration-faults.ts'
import { faultsIn, type Fault } from './faults.ts'
import type { SizeName } from './sizes.ts'
import type { System } from './system.ts'

/** How one part is deployed. */
export interface PartSizing {
  readonly size: SizeName
  /** Default 1. */
  readonly instances?: number
  /**
   * Put over those that the system declares: environment of a service, postgresql.conf of a database. They
   * stand in the plan and in the report: no place for a secret.
   */
  readonly settings?: Readonly<Record<string, string>>
  /** How many of them there are while the phases are played; the load line is that of the most. */
  readonly autoscale?: Autoscaling
  /** Only for the entry: the balancer in front of its instances. */
  readonly balancer?: BalancerOptions
}

/** How the balancer deals with the instances behind it. */
export interface BalancerOptions {
  /** Whether connections to the instances are used again (default), or made for every request. */
  readonly keepAlive: 'on' | 'off'
}

/** One complete way to deploy the system: every part's size and count. */
export type Configuration<PartName extends string = string> = Readonly<Record<PartName, PartSizing>>

export interface Experiment<PartName extends string = string> {
  readonly question: string
  readonly system: System<PartName>
  readonly configurations: Readonly<Record<string, Configuration<PartName>>>
  readonly workload: Workload
  /** Actions per second that the system is to carry, at full size. */
  readonly expected: PerSecond
  readonly checks: readonly Check[]
  /** What is broken on purpose while the phases are played. */
  readonly faults?: readonly Fault[]
  /**
   * `phases`: no load line is searched; the phases at the expected load decide. Where the one marked `loadLine` is
   * closed, the sessions alive that it declares are those of the full size. Default both.
   */
  readonly plays?: 'load line and phases' | 'phases'
  /** What is searched for in the full form beside the load line: `bootDelay({ … })`. Only with `plays: 'phases'`. */
  readonly bisect?: Bisect
  /**
   * Runs of each configuration, in both forms: more tell closer ones apart. Default 7, and 3 in the quick form;
   * where only phases are played 3, and 1.
   */
  readonly repeats?: number
  /** 8 means 1:8, one vCPU is an eighth of a core. Default: the smallest power of two that fits. */
  readonly scale?: number
  /** Default 1. */
  readonly seed?: number
}

const mostRepeats = 100

/** Throws `experiment-invalid` with every fault at once. */
export function experiment<PartName extends string>(
  options: Experiment<PartName>,
): Experiment<PartName> {
  const faults = experimentFaults(options)
  if (faults.length > 0) {
    throw new PlimsollError({
      code: 'experiment-invalid',
      blame: 'input',
      message: 'The experiment cannot be planned.',
      hint: 'Mend each line above; `plimsoll sizes` lists the sizes, `plimsoll plan` checks without running.',
      faults,
    })
  }
  return Object.freeze({ ...options })
}

function experimentFaults({
  system,
  configurations,
  workload,
  expected,
  checks,
  scale,
  faults: broken = [],
  plays,
  repeats,
  bisect,
}: Experiment): Wrong[] {
  const faults: Wrong[] = []
  if (Object.keys(configurations).length === 0) {
    faults.push({ where: 'configurations', problem: 'expected at least one, found none' })
  }
  for (const [name, configuration] of Object.entries(configurations)) {
    faults.push(...configurationFaults(`configurations.${name}`, configuration, system))
    if (!/^[a-zA-Z][\w-]*$/.test(name)) {
      const problem = `expected a name of letters, digits, - and _, found "${name}"`
      faults.push({ where: `configurations.${name}`, problem })
    }
  }
  if (!(Number.isFinite(expected) && expected > 0)) {
    faults.push({ where: 'expected', problem: `expected perSecond(n) above 0, found ${expected}` })
  }
  faults.push(...faultsIn(broken, { system, phases: Object.keys(workload.phases) }))
  const line = loadLinePhase(workload)
  if (plays !== 'phases' && line.phase.shape.model === 'closed') {
    const problem =
      "expected a level of perSecond(n), found sessions(n): the load line is searched with arrivals; plays: 'phases' searches none"
    faults.push({ where: `workload.phases.${line.name}.shape`, problem })
  }
  if (plays !== 'phases' && !checks.some((check) => check.kind === 'response_time')) {
    const problem =
      'expected at least one response time, found none: without it nothing limits the load'
    faults.push({ where: 'checks', problem })
  }
  const asksForInvariants = checks.some((check) => check.kind === 'invariants')
  if (asksForInvariants && Object.keys(system.invariants).length === 0) {
    const problem = 'expected no invariants(): the system declares none'
    faults.push({ where: 'checks', problem })
  }
  if (bisect !== undefined) {
    faults.push(...bisectFaults(bisect, configurations))
    if (plays !== 'phases') {
      const problem = "expected plays: 'phases' beside it: what it tries is judged by the phases"
      faults.push({ where: 'bisect', problem })
    }
  }
  // One repeat of a search says nothing about how sure it is.
  const least = plays === 'phases' ? 1 : 2
  const isFit = (n: number) => Number.isInteger(n) && n >= least && n <= mostRepeats
  if (repeats !== undefined && !isFit(repeats)) {
    const problem = `expected a whole number from ${least} to ${mostRepeats}, found ${repeats}`
    faults.push({ where: 'repeats', problem })
  }
  if (scale !== undefined && !(Number.isFinite(scale) && scale > 0)) {
    faults.push({ where: 'scale', problem: `expected a number above 0, found ${scale}` })
  }
  return faults
}
