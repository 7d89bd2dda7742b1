// The generator beside the parts of the system: what it used in one second.

import type { PartSecond } from './run-record.ts'
import type { EngineHealth } from './sample-batch.ts'

export function generatorRow(health: EngineHealth, second: number): PartSecond {
  const unlimited = { limit_cores: null, throttled_share: 0 }
  return { second, part: 'generator', instance: 0, ...health, ...unlimited }
}
