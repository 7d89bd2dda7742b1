import { expect, test } from 'vitest'
import type { PlannedAlarm } from '@plimsoll/record'
import { alarmsRaised } from './alarms-raised.ts'
import { partRow } from './record-fixture.ts'

const alarm: PlannedAlarm = {
  name: 'old',
  part: 'queue',
  metric: 'queue_oldest_age_ms',
  above: 1_000,
  lasts_ms: 2_000,
  remedy: 'add a worker',
}
const rows = (ages: readonly (number | undefined)[]) =>
  ages.map((queue_oldest_age_ms, second) =>
    partRow('queue', {
      second,
      ...(queue_oldest_age_ms === undefined ? {} : { queue_oldest_age_ms }),
    }),
  )

test('an alarm is raised once its threshold was passed for so long, and ends with it', () => {
  expect(alarmsRaised([alarm], rows([0, 1_500, 1_500, 1_500, 0, 0]))).toEqual([
    { alarm, from_second: 3, to_second: 4 },
  ])
})

test('a break starts the time anew; a second without a look is no break', () => {
  expect(alarmsRaised([alarm], rows([1_500, 0, 1_500, 0]))).toEqual([])
  expect(alarmsRaised([alarm], rows([1_500, undefined, 1_500]))).toEqual([
    { alarm, from_second: 3, to_second: null },
  ])
})

test('the highest instance counts, and CPU is a share of its limit', () => {
  const cpu = { ...alarm, part: 'api', metric: 'cpu_share', above: 0.9, lasts_ms: 0 } as const
  const api = [partRow('api', { cpu_share: 0.2 }), partRow('api', { cpu_share: 0.95, instance: 1 })]
  expect(alarmsRaised([cpu], api)).toHaveLength(1)
})
