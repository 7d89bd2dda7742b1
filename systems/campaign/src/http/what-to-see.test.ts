import { expect, test } from 'vitest'
import { whatToSee } from './what-to-see.ts'

const token = { authorization: 'Bearer x' }

test.each([
  ['a place, and sees all up to it', { 'write-position': '0/10', ...token }, 16],
  ['a token alone, and sees all that is acknowledged', token, 'now'],
  [
    'a token and no place that can be read, and sees the same',
    { 'write-position': '?', ...token },
    'now',
  ],
  [
    'the place that is told when none is known, and sees the same',
    { 'write-position': 'FFFFFFFF/FFFFFFFF' },
    'now',
  ],
  ['nothing, and may see what was a moment ago', {}, 0],
] as const)('somebody sends %s', (_, headers, after) => {
  expect(whatToSee(headers)).toBe(after)
})
