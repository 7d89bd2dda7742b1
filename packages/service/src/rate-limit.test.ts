import { expect, test } from 'vitest'
import { RateLimit } from './rate-limit.ts'

test('a key may take its burst at once, and gets back evenly', () => {
  let now = 0
  const limit = new RateLimit({ burst: 3, perMinute: 6, keys: 10, now: () => now })
  for (let n = 0; n < 3; n++) {
    expect(limit.wait('a')).toBe(0)
    limit.take('a')
  }
  expect(limit.wait('a')).toBe(10)
  expect(limit.wait('b')).toBe(0)
  now = 5_000
  expect(limit.wait('a')).toBe(5)
  now = 10_000
  expect(limit.wait('a')).toBe(0)
  limit.take('a')
  expect(limit.wait('a')).toBe(10)
  now = 1_000_000
  for (let n = 0; n < 3; n++) limit.take('a')
  expect(limit.wait('a')).toBe(10)
})

test('of more keys than may be remembered the one used longest ago is forgotten', () => {
  const limit = new RateLimit({ burst: 1, perMinute: 1, keys: 2, now: () => 0 })
  for (const key of ['a', 'b', 'a', 'c']) limit.take(key)
  expect(['a', 'b', 'c'].map((key) => limit.wait(key) > 0)).toEqual([true, false, true])
})
