import { expect, test } from 'vitest'

import { plainArray, textArray } from './array-literal.ts'

test('numbers, booleans and null need no quotes', () => {
  expect(plainArray([1, -2.5, true, null])).toBe('{1,-2.5,true,null}')
  expect(plainArray([])).toBe('{}')
})

test('texts are quoted and escaped, so that none ends its element', () => {
  expect(textArray(['a', '', 'null', null])).toBe('{"a","","null",null}')
  expect(textArray(['say "hi"', 'back\\slash', '{a,b}', '\n'])).toBe(
    '{"say \\"hi\\"","back\\\\slash","{a,b}","\n"}',
  )
})
