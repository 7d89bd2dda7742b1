import { expect, test } from 'vitest'
import type { Plan } from '@plimsoll/record'
import { RemainingTime } from './remaining-time.ts'

const plan = { quick: true, configurations: [{}, {}], search: { repeats: 3 } } as unknown as Plan

test('what is left shrinks with every run, at the pace of the runs so far', () => {
  const remaining = new RemainingTime(plan)
  expect(remaining.seconds).toBe(2 * 60 + 4 * 22)
  remaining.ended('search', 100)
  expect(remaining.seconds).toBe(100 + 4 * 22)
  remaining.ended('search', 50)
  for (let run = 0; run < 4; run += 1) remaining.ended('repeat', 20)
  expect(remaining.seconds).toBe(0)
})
