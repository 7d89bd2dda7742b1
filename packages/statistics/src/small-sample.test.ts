import { expect, test } from 'vitest'
import { smallSampleFactor } from './small-sample.ts'

test.each([
  [3, 2.69],
  [7, 1.35],
  [11, 1.19],
  [1_000, 1],
])('an interval from %d items is widened %d-fold', (n, factor) => {
  expect(smallSampleFactor(n)).toBeCloseTo(factor, 2)
})

test('one item leaves nothing to widen', () => {
  expect(smallSampleFactor(1)).toBe(1)
})
