import { expect, test } from 'vitest'
import type { SecondRecord } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import { brokenLevel, serviceLevel } from './service-levels.ts'

test.each([
  ['p99 < 200 ms', { kind: 'response_time', quantile: 0.99, below_ms: 200 }],
  ['p99.9<0.5s', { kind: 'response_time', quantile: 0.999, below_ms: 500 }],
  [
    'p50 of GET /reviews/:id < 20 ms',
    { kind: 'response_time', quantile: 0.5, below_ms: 20, of: ['GET /reviews/:id'] },
  ],
  ['failures < 0.1 %', { kind: 'failures', below_share: 0.001 }],
])('the level %s is understood', (text, check) => {
  expect(serviceLevel(text)).toEqual(check)
})

test.each([
  '',
  'p99',
  'p42 < 1 s',
  'p99 < 200',
  'p99 < 5 %',
  'failures < 2 ms',
  'failures of GET /a < 1 %',
])('the level "%s" is refused with examples', (text) =>
  expect(() => serviceLevel(text)).toThrow(/such as "p99 < 200 ms"/),
)

/** A second with a hundred actions, of which so many failed. */
function secondWith(failed: number, second: number): SecondRecord {
  const response_time = new Histogram()
  response_time.record(1_000, 100 - failed)
  const action = { due: 100, ok: 100 - failed, failed, unknown: 0, dropped: 0, response_time }
  return { second, actions: new Map([['GET /a', action]]), sessions_alive: 1 }
}

test('a phase is ended when it has more failures than all of it may have, and not before', () => {
  const levels = [serviceLevel('p99 < 200 ms'), serviceLevel('failures < 1 %')]
  const seconds = Array.from({ length: 5 }, (_, n) => secondWith(10, n))
  const broken = (upTo: number) =>
    brokenLevel(levels, { seconds: seconds.slice(0, upTo), expected: 4_000, at_second: upTo })
  expect([1, 4].map(broken)).toEqual([undefined, undefined])
  expect(broken(5)).toBe('response time p99 below 200 ms')
})
