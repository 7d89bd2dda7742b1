import { expect, test } from 'vitest'
import { intervalFor } from './pace.ts'

test.each([
  [0, 5],
  [0.69, 5],
  [0.7, 10],
  [0.86, 20],
  [0.99, 30],
])('a process that is busy %d of the time asks for %d s between polls', (share, seconds) => {
  expect(intervalFor(share)).toBe(seconds)
})
