import { expect, test } from 'vitest'
import type { PartSecond, ProgressEvent } from '@plimsoll/record'
import { AlarmWatch } from './alarm-watch.ts'

test('an alarm is told when it is raised and when it is over, each once', () => {
  const parts: PartSecond[] = []
  const told: ProgressEvent[] = []
  const dead = {
    name: 'dead',
    part: 'queue',
    metric: 'dead_letters',
    above: 0,
    lasts_ms: 0,
  } as const
  const deep = {
    name: 'deep',
    part: 'queue',
    metric: 'queue_depth',
    above: 9,
    lasts_ms: 2_000,
  } as const
  const watch = new AlarmWatch({
    alarms: [dead, deep].map((alarm) => ({ ...alarm, remedy: 'Look.' })),
    record: { configuration: 'one', parts },
    emit: (event) => told.push(event),
  })
  for (const [second, depth] of [0, 20, 20, 20, 3, 20, 3].entries()) {
    const usual = { instance: 0, cpu_cores: 0, memory_bytes: 0, limit_cores: null }
    parts.push({
      second,
      part: 'queue',
      throttled_share: 0,
      queue_depth: depth,
      dead_letters: 0,
      ...usual,
    })
    watch.look(second)
  }
  const about = {
    kind: 'alarm',
    configuration: 'one',
    name: 'deep',
    part: 'queue',
    remedy: 'Look.',
  }
  expect(told).toEqual([
    { ...about, second: 2, on: true },
    { ...about, second: 4, on: false },
  ])
})
