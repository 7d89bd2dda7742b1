import { expect, test } from 'vitest'
import { sparkline } from './sparkline.ts'

test.each([
  [[], 10, ''],
  [[0, 0], 10, '▁▁'],
  [[1, 2, 3, 4, 5, 6, 7, 8], 10, '▂▃▄▅▆▇██'],
  [[100, 1, 8], 2, '▂█'],
  [[4, null, 8], 10, '▅×█'],
  [[4], 0, ''],
])('%j in %d characters is drawn as %s', (values, width, drawn) => {
  expect(sparkline(values, width)).toBe(drawn)
})
