// What is broken on purpose during the phases of an experiment, as its author writes it.

import type { Fault as Wrong, Milliseconds } from '@plimsoll/workload'
import type { PlannedFault } from '@plimsoll/record'
import type { Part, System } from './system.ts'

/** Something that is broken at a planned time and healed after a declared one. */
export interface Fault {
  readonly kind: PlannedFault['kind']
  readonly part: string
  readonly instance: number
  readonly to?: string
  readonly at: Milliseconds
  readonly lasts: Milliseconds
  /** Default: the phase marked `loadLine`. */
  readonly during?: string
}

export interface FaultTime {
  /** After the begin of its phase. A quick run shortens it with the phase. */
  readonly at: Milliseconds
  /** A phase. Default: the one marked `loadLine`. */
  readonly during?: string
}

/** SIGKILL, as a machine that is gone; started again after `restartAfter`, on the same data. */
export function kill(
  part: string,
  {
    restartAfter,
    instance = 0,
    ...time
  }: FaultTime & { readonly restartAfter: Milliseconds; readonly instance?: number },
): Fault {
  return { kind: 'kill', part, instance, lasts: restartAfter, ...time }
}

/** SIGSTOP for a while: it keeps its connections and answers nobody, as in a long pause. */
export function freeze(
  part: string,
  {
    for: lasts,
    instance = 0,
    ...time
  }: FaultTime & { readonly for: Milliseconds; readonly instance?: number },
): Fault {
  return { kind: 'freeze', part, instance, lasts, ...time }
}

/** Nothing passes between all instances of a part and one that it needs; connections stay open, silent. */
export function cut(
  { from, to }: { readonly from: string; readonly to: string },
  { for: lasts, ...time }: FaultTime & { readonly for: Milliseconds },
): Fault {
  return { kind: 'cut', part: from, to, instance: 0, lasts, ...time }
}

/** What cannot be broken, all of it at once. */
export function faultsIn(
  faults: readonly Fault[],
  { system, phases }: { readonly system: System; readonly phases: readonly string[] },
): Wrong[] {
  return faults.flatMap(({ kind, part, to, at, lasts, during }, n) => {
    const where = `faults[${n}]`
    const wrong: Wrong[] = []
    const names = Object.keys(system.parts)
    const definition = system.parts[part]
    const say = (member: string, problem: string) =>
      wrong.push({ where: `${where}.${member}`, problem })
    if (definition === undefined)
      say('part', `expected one of ${names.join(', ')}, found "${part}"`)
    if (kind === 'cut' && definition !== undefined) {
      const needs = needsOf(definition)
      if (!needs.includes(to ?? '')) {
        say('to', `expected a part that ${part} needs (${needs.join(', ')}), found "${to}"`)
      }
    }
    if (!(at >= 0 && Number.isFinite(at))) say('at', `expected a time, found ${at}`)
    if (!(lasts > 0 && Number.isFinite(lasts)))
      say('for', `expected a time above 0, found ${lasts}`)
    if (during !== undefined && !phases.includes(during)) {
      say('during', `expected one of ${phases.join(', ')}, found "${during}"`)
    }
    return wrong
  })
}

function needsOf(part: Part): readonly string[] {
  if (part.kind === 'replica') return [part.of]
  return part.kind === 'service' ? part.needs : []
}

/** As the plan holds it. */
export function plannedFault(fault: Fault, loadLinePhase: string): PlannedFault {
  const { kind, part, instance, to, at, lasts, during = loadLinePhase } = fault
  const link = to === undefined ? {} : { to }
  return { kind, part, instance, ...link, phase: during, at_ms: at, lasts_ms: lasts }
}
