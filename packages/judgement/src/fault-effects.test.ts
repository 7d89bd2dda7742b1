import { expect, test } from 'vitest'
import type { FaultRecord } from '@plimsoll/record'
import { faultEffects } from './fault-effects.ts'
import { fixtureSeconds } from './record-fixture.ts'

const killed = (began_second: number | null): FaultRecord => ({
  kind: 'kill',
  part: 'worker',
  instance: 0,
  planned_second: 3,
  began_second,
  healed_second: began_second === null ? null : began_second + 2,
  proof: 'process 7 was gone',
})
const ok = (from: number, count: number) => fixtureSeconds({ from, count, due: 10, takes_ms: 10 })
const bad = (from: number, count: number) =>
  fixtureSeconds({ from, count, due: 10, failed: 4, takes_ms: 10 })

test('errors last from the begin of the fault until the last second that had one', () => {
  const seconds = [...ok(0, 3), ...bad(3, 2), ...ok(5, 1), ...bad(6, 1), ...ok(7, 3)]
  expect(faultEffects({ seconds, faults: [killed(3.2)] })).toMatchObject([
    { errors_lasted_seconds: 4, errors: 12, due: 70 },
  ])
})

test('a fault that nobody noticed lasted no time', () => {
  expect(faultEffects({ seconds: ok(0, 10), faults: [killed(3)] })[0]?.errors_lasted_seconds).toBe(
    0,
  )
})

test('errors after the next fault began are that one’s', () => {
  const seconds = [...bad(0, 2), ...ok(2, 3), ...bad(5, 2)]
  const effects = faultEffects({ seconds, faults: [killed(5), killed(0)] })
  expect(effects.map(({ errors_lasted_seconds }) => errors_lasted_seconds)).toEqual([2, 2])
})

test('a fault that did not hit had no effect, and runs without faults have none', () => {
  expect(faultEffects({ seconds: bad(0, 5), faults: [killed(null)] })).toEqual([])
  expect(faultEffects({ seconds: ok(0, 5) })).toEqual([])
})
