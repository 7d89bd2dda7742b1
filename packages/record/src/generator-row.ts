// The generator beside the parts of the system: what each of its processes used in one second.

import type { PartSecond } from './run-record.ts'
import type { EngineHealth } from './sample-batch.ts'

const unlimited = { limit_cores: null, throttled_share: 0 }

export function generatorRows(health: readonly EngineHealth[], second: number): PartSecond[] {
  return health.map((one, instance) => ({
    second,
    part: 'generator',
    instance,
    ...one,
    ...unlimited,
  }))
}
