// Personas in proportion, and phases: who uses the system and how the load grows. It knows no addresses.

import { clientFaults, type ClientOptions } from './client.ts'
import { PlimsollError, type Fault } from './plimsoll-error.ts'
import { randomStream } from './random.ts'
import type { Persona } from './persona.ts'
import type { Setup } from './setup.ts'
import type { Shape } from './shape.ts'
import { share, type Share } from './units.ts'

/** Weights by persona; any positive numbers, their sum is the whole. */
export type Mix<Name extends string = string> = Readonly<Partial<Record<Name, number>>>

/** A stretch of workload with one shape, one mix and one purpose. */
export interface Phase<Name extends string = string> {
  readonly shape: Shape
  /** Default: the workload's mix. */
  readonly mix?: Mix<Name>
  /** False: played, but counted nowhere (a warm-up). Default true. */
  readonly measured?: boolean
  /** The phase whose mix the load-line search plays, and whose level is scaled to the expected load. */
  readonly loadLine?: boolean
  /** False: the quick form leaves it out. Default true. */
  readonly quick?: boolean
}

export interface Workload<Name extends string = string> {
  readonly personas: Readonly<Record<Name, Persona>>
  readonly mix: Mix<Name>
  readonly phases: Readonly<Record<string, Phase<Name>>>
  /** Made once before each run, in this order; what they make is `given` to sessions. */
  readonly setup: readonly Setup[]
  /** Sessions alive at most; an arrival beyond is dropped. Default 10,000. */
  readonly maxSessions: number
  /**
   * How much of each pause the quick form plays, above 0 to 1. Pauses do not change how many actions are due
   * in a second, only how many sessions live at once and how long a step takes to settle. Default 1.
   */
  readonly quickPauses: Share
  /**
   * How much of the time of each phase the quick form plays, above 0 to 1; boot delays, cooldowns and faults go with
   * it. Without it the phases last a few seconds together, more where something breaks.
   */
  readonly quickPhases?: Share
  readonly client: ClientOptions
}

export interface WorkloadOptions<Name extends string> {
  readonly personas: Readonly<Record<Name, Persona>>
  readonly mix: Mix<NoInfer<Name>>
  readonly phases: Readonly<Record<string, Phase<NoInfer<Name>>>>
  readonly setup?: readonly Setup[]
  readonly maxSessions?: number
  readonly quickPauses?: Share
  readonly quickPhases?: Share
  readonly client?: ClientOptions
}

/** Throws `workload-invalid` with every fault at once. */
export function workload<Name extends string>(options: WorkloadOptions<Name>): Workload<Name> {
  const faults = workloadFaults(options)
  if (faults.length > 0) {
    throw new PlimsollError({
      code: 'workload-invalid',
      blame: 'input',
      message: 'The workload cannot be played.',
      hint: 'Mend each line above; `plimsoll plan` checks without running.',
      faults,
    })
  }
  return Object.freeze({
    setup: [],
    maxSessions: 10_000,
    quickPauses: share(1),
    client: {},
    ...options,
  })
}

function workloadFaults<Name extends string>(options: WorkloadOptions<Name>): Fault[] {
  const { personas, mix, phases, setup = [], maxSessions, quickPauses, quickPhases } = options
  const names = Object.keys(personas)
  const faults: Fault[] = []
  if (names.length === 0)
    faults.push({ where: 'personas', problem: 'expected at least one, found none' })
  for (const name of names) {
    if (typeof personas[name as Name].live !== 'function') {
      faults.push({
        where: `personas.${name}.live`,
        problem: 'expected an async function, found none',
      })
    }
  }
  faults.push(...mixFaults('mix', mix, names))
  if (Object.keys(phases).length === 0) {
    faults.push({ where: 'phases', problem: 'expected at least one, found none' })
  }
  for (const [name, phase] of Object.entries<Phase<Name>>(phases)) {
    if (phase.mix !== undefined) faults.push(...mixFaults(`phases.${name}.mix`, phase.mix, names))
    faults.push(...shapeFaults(`phases.${name}.shape`, phase.shape))
  }
  const lines = Object.entries<Phase<Name>>(phases).filter(([, phase]) => phase.loadLine === true)
  if (lines.length > 1) {
    const found = lines.map(([name]) => name).join(', ')
    faults.push({
      where: 'phases',
      problem: `expected one phase with loadLine: true, found ${found}`,
    })
  }
  const line = Object.keys(phases).length === 0 ? null : loadLinePhase(options)
  if (line?.phase.quick === false) {
    const problem = 'expected the phase of the load line in the quick form too, found it left out'
    faults.push({ where: `phases.${line.name}.quick`, problem })
  }
  faults.push(...clientFaults(options.client ?? {}))
  for (const [n, one] of setup.entries()) faults.push(...setupFaults(`setup[${n}]`, one))
  for (const [where, value] of Object.entries({ quickPauses, quickPhases })) {
    if (value === undefined || (value > 0 && value <= 1)) continue
    faults.push({ where, problem: `expected a share above 0 and at most 1, found ${value}` })
  }
  if (maxSessions !== undefined && !(Number.isInteger(maxSessions) && maxSessions > 0)) {
    faults.push({
      where: 'maxSessions',
      problem: `expected a whole number above 0, found ${maxSessions}`,
    })
  }
  return faults
}

function setupFaults(where: string, setup: Setup): Fault[] {
  const { what, within } = setup
  const faults: Fault[] = []
  if (typeof setup.make !== 'function') {
    faults.push({ where: `${where}.make`, problem: 'expected an async function, found none' })
  }
  if (typeof what !== 'string' || what === '') {
    faults.push({ where: `${where}.what`, problem: 'expected a few words, found none' })
  }
  if (!(Number.isFinite(within) && within > 0)) {
    faults.push({ where: `${where}.within`, problem: `expected a time above 0, found ${within}` })
  }
  return faults
}

function mixFaults(where: string, mix: Mix, names: readonly string[]): Fault[] {
  const faults: Fault[] = []
  for (const [name, weight] of Object.entries(mix)) {
    if (!names.includes(name)) {
      faults.push({ where: `${where}.${name}`, problem: `expected one of ${names.join(', ')}` })
    }
    if (weight === undefined || !Number.isFinite(weight) || weight < 0) {
      faults.push({
        where: `${where}.${name}`,
        problem: `expected a weight of 0 or more, found ${weight}`,
      })
    }
  }
  if (!Object.values(mix).some((weight) => (weight ?? 0) > 0)) {
    faults.push({ where, problem: 'expected at least one weight above 0' })
  }
  return faults
}

function shapeFaults(where: string, shape: Shape): Fault[] {
  const faults: Fault[] = []
  if (!(Number.isFinite(shape.lasts) && shape.lasts > 0)) {
    faults.push({ where, problem: `expected a duration above 0 ms, found ${shape.lasts}` })
  }
  const ends = [shape.levelAt(0 as never), shape.levelAt(shape.lasts)]
  if (ends.some((level) => !Number.isFinite(level) || level < 0) || !(shape.highest > 0)) {
    faults.push({
      where,
      problem: `expected levels of 0 or more and not all 0, found ${ends.join(' → ')}`,
    })
  }
  return faults
}

/** The phase whose mix the search plays: the one marked `loadLine`, else the last measured one. */
export function loadLinePhase(workload: Pick<Workload, 'phases'>): { name: string; phase: Phase } {
  const phases = Object.entries(workload.phases)
  const found =
    phases.find(([, phase]) => phase.loadLine === true) ??
    phases.findLast(([, phase]) => phase.measured !== false) ??
    phases.at(-1)
  if (found === undefined) throw new RangeError('a workload without phases has no load line')
  return { name: found[0], phase: found[1] }
}

/** Which persona session `n` is: drawn by weight from the seed, the same in every configuration. */
export function personaOf(mix: Mix, { seed, session }: { seed: number; session: number }): string {
  const weights = Object.entries(mix)
  const total = weights.reduce((sum, [, weight]) => sum + (weight ?? 0), 0)
  let left = randomStream(seed, session, 1).float() * total
  for (const [name, weight] of weights) {
    left -= weight ?? 0
    if (left < 0) return name
  }
  return weights.findLast(([, weight]) => (weight ?? 0) > 0)?.[0] ?? ''
}
