import { expect, test } from 'vitest'
import { bootstrap } from './bootstrap.ts'
import { median, quantileOf } from './quantile.ts'

/** Park and Miller's generator: enough for a test, and this package may not depend on another. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const mean = (items: readonly number[]) => items.reduce((a, b) => a + b, 0) / items.length

test('the interval of a mean contains the truth about as often as it says', () => {
  const random = seeded(7)
  let within = 0
  for (let n = 0; n < 400; n += 1) {
    const items = Array.from({ length: 30 }, () => -Math.log(1 - random()))
    const { low, high } = bootstrap({ items, statistic: mean, random, resamples: 300 })
    if (low <= 1 && 1 <= high) within += 1
  }
  expect(within / 400).toBeGreaterThan(0.87)
  expect(within / 400).toBeLessThan(0.99)
})

test('the same random stream gives the same interval, and a constant has no width', () => {
  const items = [1, 2, 3, 4, 5, 6, 7]
  const once = bootstrap({ items, statistic: median, random: seeded(3) })
  expect(bootstrap({ items, statistic: median, random: seeded(3) })).toEqual(once)
  expect(once.value).toBe(4)
  expect(bootstrap({ items: [5, 5, 5], statistic: mean, random: seeded(3) })).toEqual({
    value: 5,
    low: 5,
    high: 5,
  })
})

test('nothing measured gives no interval instead of a wrong one', () => {
  expect(bootstrap({ items: [], statistic: mean, random: seeded(3) }).value).toBeNaN()
})

test.each([
  [[1, 2, 3, 4], 0.5, 2],
  [[1, 2, 3, 4], 0.51, 3],
  [[1, 2, 3, 4], 0, 1],
  [[1, 2, 3, 4], 1, 4],
  [[], 0.5, NaN],
])('the quantile of %j at %d is %d', (values, q, expected) => {
  expect(quantileOf(values, q)).toBe(expected)
})

test('the median of an even number of values lies between the middle two', () => {
  expect([median([4, 1]), median([9, 1, 2]), median([])]).toEqual([2.5, 2, NaN])
})
