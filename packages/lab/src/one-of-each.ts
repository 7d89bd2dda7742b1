import type { PlannedConfiguration } from '@plimsoll/record'
import type { System } from './system.ts'

/** A configuration with one process of every part, for what is deployed without limits. */
export function oneOfEach(system: System): PlannedConfiguration {
  const parts = Object.keys(system.parts).map((part) => ({
    part,
    size: 'unlimited',
    instances: 1,
    processes: 1,
    vcpu: 1,
    memory_gib: 1,
    price_per_hour_usd: 0,
    limit_cores: 1,
  }))
  return { name: 'one of each', parts, cost_per_hour_usd: 0 }
}
