// A value of a configuration that is searched for: the longest with which everything still holds.

import type { PlannedBisection } from '@plimsoll/record'
import type { Fault, Milliseconds } from '@plimsoll/workload'
import type { Configuration } from './experiment.ts'

/** The boot delay of the one autoscaled part of a configuration. */
export interface Bisect {
  readonly of: string
  readonly from: Milliseconds
  readonly to: Milliseconds
  readonly within: Milliseconds
}

/**
 * Which boot delay would have been enough? In the full form delays between `from` and `to` are tried, one run of the
 * configuration `of` each, until the bracket is no wider than `within`. They play the phases that the quick form plays,
 * at full length.
 */
export function bootDelay(options: Bisect): Bisect {
  return options
}

/** What cannot be searched for, all of it at once. */
export function bisectFaults(
  { of, from, to, within }: Bisect,
  configurations: Readonly<Record<string, Configuration>>,
): Fault[] {
  const faults: Fault[] = []
  const say = (member: string, problem: string) =>
    faults.push({ where: `bisect.${member}`, problem })
  const configuration = configurations[of]
  if (configuration === undefined) {
    say('of', `expected one of ${Object.keys(configurations).join(', ')}, found "${of}"`)
  } else if (scaledParts(configuration).length !== 1) {
    const found = scaledParts(configuration).join(', ') || 'none'
    say('of', `expected a configuration with one autoscaled part, found ${found}`)
  }
  if (!(from >= 0 && to > from && Number.isFinite(to))) {
    say('to', `expected a time above from, found ${from} ms to ${to} ms`)
  }
  if (!(within >= 100)) say('within', `expected 100 ms or more, found ${within} ms`)
  return faults
}

/** As the plan holds it. */
export function plannedBisection(
  { of, from, to, within }: Bisect,
  configurations: Readonly<Record<string, Configuration>>,
): PlannedBisection {
  const [part = ''] = scaledParts(configurations[of] ?? {})
  return { configuration: of, part, from_ms: from, to_ms: to, within_ms: within }
}

function scaledParts(configuration: Configuration): string[] {
  return Object.entries(configuration).flatMap(([part, { autoscale }]) =>
    autoscale === undefined ? [] : [part],
  )
}
