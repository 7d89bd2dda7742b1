import { expect, test } from 'vitest'
import { statFields } from './process-tree.ts'

test('a process whose name holds spaces and brackets is still read right', () => {
  expect(statFields('17 (a) (b c) S 1 17 17 0')).toEqual(['S', '1', '17', '17', '0'])
  expect(statFields('')).toEqual([])
})
