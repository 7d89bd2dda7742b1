import { expect, test } from 'vitest'
import { segmentIn } from './shared-memory.ts'

test('the segment of a killed server is read from its lock file', () => {
  const lock = '4711\n/data\n1795196002\n39883\n\n127.0.0.1\n   9978639         4\nready   \n'
  expect(segmentIn(lock)).toBe('4')
  expect(segmentIn('4711\n/data\n')).toBeNull()
})
