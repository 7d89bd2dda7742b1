import { expect, test } from 'vitest'
import { answersIn, askerOf, threadsOf } from './threads.ts'

test('lines that are linked, over however many others, are one conversation', () => {
  const links = [
    { from: 1, to: 1 },
    { from: 2, to: 2 },
    { from: 1, to: 3 },
    { from: 2, to: 4 },
    { from: 3, to: 6 },
  ]
  expect(threadsOf(links)).toEqual([
    [1, 3, 6],
    [2, 4],
  ])
})

test('a line that answers two conversations makes them one', () => {
  const links = [
    { from: 5, to: 6 },
    { from: 1, to: 2 },
    { from: 2, to: 7 },
    { from: 6, to: 7 },
  ]
  expect(threadsOf(links)).toEqual([[1, 2, 5, 6, 7]])
})

test('an agent whose words were cut off from the question is not taken for the customer', () => {
  const threads = [
    ['agent', 'agent', 'pia'],
    ['ann', 'agent'],
    ['bob', 'agent', 'bob'],
  ]
  const answers = answersIn(threads)
  expect(threads.map((speakers) => askerOf(speakers, answers))).toEqual(['pia', 'ann', 'bob'])
})
