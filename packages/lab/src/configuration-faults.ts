// What is wrong with one configuration of an experiment, part by part: told before anything is deployed.

import { postgresSettingFaults } from '@plimsoll/stores/postgres-settings'
import type { Fault } from '@plimsoll/workload'
import { autoscalingFaults } from './autoscaling.ts'
import type { Configuration, PartSizing } from './experiment.ts'
import { isSizeName, sizes } from './sizes.ts'
import type { Part, System } from './system.ts'

/** Every fault at once; `where` is the configuration's place in the experiment. */
export function configurationFaults(
  where: string,
  configuration: Configuration,
  system: System,
): Fault[] {
  const parts = Object.keys(system.parts)
  const faults: Fault[] = []
  for (const part of parts.filter((part) => configuration[part] === undefined)) {
    faults.push({ where: `${where}.${part}`, problem: 'expected a size for this part, found none' })
  }
  for (const [part, sizing] of Object.entries(configuration)) {
    const { size, instances = 1 } = sizing
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
    const kind = system.parts[part]?.kind
    if (instances > 1 && kind !== undefined && kind !== 'service') {
      const problem = `expected 1, found ${instances}: a ${kind} part has one instance`
      faults.push({ where: `${where}.${part}.instances`, problem })
    }
    const only = isSizeName(size) ? sizes[size].only : undefined
    if (only !== undefined && kind !== only) {
      const problem = `expected a size with vCPUs, found "${size}", which is for a ${only}`
      faults.push({ where: `${where}.${part}.size`, problem })
    }
    if (sizing.autoscale !== undefined) {
      faults.push(...autoscalingFaults(`${where}.${part}.autoscale`, sizing.autoscale))
      if (kind !== 'service') {
        const problem = `expected only on a service: a ${kind} part has one instance`
        faults.push({ where: `${where}.${part}.autoscale`, problem })
      }
    }
    faults.push(...settingFaults(`${where}.${part}`, sizing, system.parts[part]))
    faults.push(...balancerFaults(`${where}.${part}.balancer`, sizing, part === system.entry))
  }
  return faults
}

function settingFaults(
  where: string,
  { settings = {} }: PartSizing,
  part: Part | undefined,
): Fault[] {
  const faults: Fault[] = []
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries<unknown>(settings)) {
    if (typeof value === 'string') texts[name] = value
    else {
      const problem = `expected text in quotes, found ${JSON.stringify(value)}`
      faults.push({ where: `${where}.settings.${name}`, problem })
    }
  }
  const takesNone = ['queue', 'cache', 'discovery'].includes(part?.kind ?? '')
  if (takesNone && Object.keys(settings).length > 0) {
    const problem = `expected none: a ${part?.kind} part takes no settings`
    return [{ where: `${where}.settings`, problem }]
  }
  const isDatabase = part?.kind === 'postgres' || part?.kind === 'replica'
  const own = isDatabase ? postgresSettingFaults(texts) : environmentFaults(texts)
  return [...faults, ...own.map((fault) => ({ ...fault, where: `${where}.${fault.where}` }))]
}

function environmentFaults(settings: Readonly<Record<string, string>>): Fault[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const where = `settings.${name}`
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return [{ where, problem: `expected a name of letters, digits and _, found "${name}"` }]
    return value.includes('\0') ? [{ where, problem: 'expected text without a NUL character' }] : []
  })
}

function balancerFaults(where: string, { balancer }: PartSizing, isEntry: boolean): Fault[] {
  if (balancer === undefined) return []
  if (!isEntry) {
    const problem = 'expected only on the entry: the balancer stands in front of it'
    return [{ where, problem }]
  }
  const { keepAlive } = balancer as { readonly keepAlive?: unknown }
  if (keepAlive === 'on' || keepAlive === 'off') return []
  const problem = `expected 'on' or 'off', found ${JSON.stringify(keepAlive) ?? 'nothing'}`
  return [{ where: `${where}.keepAlive`, problem }]
}
