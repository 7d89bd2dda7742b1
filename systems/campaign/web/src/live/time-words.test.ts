import { expect, test } from 'vitest'
import { ago, spanWords } from './time-words.ts'

const now = Date.parse('2026-11-20T12:00:00Z')
const minutes = (count: number) => now - count * 60_000

test.each([
  [now + 5_000, 'just now'],
  [minutes(0.5), 'just now'],
  [minutes(5), '5 min. ago'],
  [minutes(119), '1 hr. ago'],
  [minutes(60 * 30), 'yesterday'],
  [minutes(60 * 24 * 10), 'Nov 10, 2026'],
])('%d is told as %s', (then, words) => {
  expect(ago(then, now)).toBe(words)
})

test.each([
  [0, '0 min'],
  [0.5, '30 min'],
  [3, '3 h'],
  [3.54, '3.5 h'],
  [17_000, '708 days'],
])('%d hours are %s', (hours, words) => {
  expect(spanWords(hours)).toBe(words)
})
