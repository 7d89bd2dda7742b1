import type { PlannedConfiguration } from '@plimsoll/record'
import type { Part, System } from './system.ts'

/** A configuration with one of every part, or as many as the part says, for what is deployed without limits. */
export function oneOfEach(system: System): PlannedConfiguration {
  const parts = Object.entries<Part>(system.parts).map(([part, definition]) => ({
    part,
    size: 'unlimited',
    instances: definition.kind === 'service' ? definition.instances : 1,
    processes: 1,
    vcpu: 1,
    memory_gib: 1,
    price_per_hour_usd: 0,
    limit_cores: 1,
  }))
  return { name: 'one of each', parts, cost_per_hour_usd: 0 }
}
