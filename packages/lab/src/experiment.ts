// A question with configurations, a workload and checks, as its author wrote it.

import {
  loadLinePhase,
  PlimsollError,
  type Fault,
  type PerSecond,
  type Workload,
} from '@plimsoll/workload'
import type { Check } from '@plimsoll/record'
import { isSizeName, sizes, type SizeName } from './sizes.ts'
import type { System } from './system.ts'

/** How one part is deployed. */
export interface PartSizing {
  readonly size: SizeName
  /** Default 1. */
  readonly instances?: number
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
  /** 8 means 1:8, one vCPU is an eighth of a core. Default: the smallest power of two that fits. */
  readonly scale?: number
  /** Default 1. */
  readonly seed?: number
}

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
}: Experiment): Fault[] {
  const faults: Fault[] = []
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
  const line = loadLinePhase(workload)
  if (line.phase.shape.model === 'closed') {
    const problem =
      'expected a level of perSecond(n), found sessions(n): the load line is searched with arrivals'
    faults.push({ where: `workload.phases.${line.name}.shape`, problem })
  }
  if (!checks.some((check) => check.kind === 'response_time')) {
    const problem =
      'expected at least one response time, found none: without it nothing limits the load'
    faults.push({ where: 'checks', problem })
  }
  if (scale !== undefined && !(Number.isFinite(scale) && scale > 0)) {
    faults.push({ where: 'scale', problem: `expected a number above 0, found ${scale}` })
  }
  return faults
}

function configurationFaults(where: string, configuration: Configuration, system: System): Fault[] {
  const parts = Object.keys(system.parts)
  const faults: Fault[] = []
  for (const part of parts.filter((part) => configuration[part] === undefined)) {
    faults.push({ where: `${where}.${part}`, problem: 'expected a size for this part, found none' })
  }
  for (const [part, { size, instances = 1 }] of Object.entries(configuration)) {
    if (!parts.includes(part)) {
      faults.push({ where: `${where}.${part}`, problem: `expected one of ${parts.join(', ')}` })
    }
    if (!isSizeName(size)) {
      const known = Object.keys(sizes).join(', ')
      faults.push({
        where: `${where}.${part}.size`,
        problem: `expected one of ${known}, found "${String(size)}"`,
      })
    }
    if (!(Number.isInteger(instances) && instances >= 1 && instances <= 64)) {
      const problem = `expected a whole number from 1 to 64, found ${instances}`
      faults.push({ where: `${where}.${part}.instances`, problem })
    }
    if (instances > 1 && system.parts[part]?.kind === 'postgres') {
      const problem = `expected 1, found ${instances}: a PostgreSQL part has one instance`
      faults.push({ where: `${where}.${part}.instances`, problem })
    }
  }
  return faults
}
