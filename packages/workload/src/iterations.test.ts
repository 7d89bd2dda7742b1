import { expect, test } from 'vitest'
import { inTurn, iterations, repeat, seconds } from './index.ts'

test('iterations are a closed shape with an end of their own', () => {
  const each = iterations({ sessions: 10, each: 5, within: seconds(60) })
  expect(each.model).toBe('closed')
  expect(each.levelAt(seconds(30))).toBe(10)
  expect(each.words).toBe('10 sessions at once, 5 times each, within 60 s')
  const all = iterations({ sessions: 10, total: 200, within: seconds(60) })
  expect(all.words).toBe('10 sessions at once, 200 in all, within 60 s')
})

test('at a tenth of the level and half the time there is a tenth of the places and half to do for each', () => {
  const factors = { level: 0.1, duration: 0.5 }
  const each = iterations({ sessions: 10, each: 6, within: seconds(60) }).scaled(factors)
  expect(each.iterations).toEqual({ by: 'each', count: 3 })
  expect(each.levelAt(seconds(1))).toBe(1)
  expect(each.lasts).toBe(30_000)
  const all = iterations({ sessions: 10, total: 200, within: seconds(60) }).scaled(factors)
  expect(all.iterations).toEqual({ by: 'all', count: 10 })
})

test('what cannot be counted is told', () => {
  expect(() => iterations({ sessions: 0, each: 1, within: seconds(1) })).toThrow(
    /sessions to be a whole number above 0, found 0/,
  )
  expect(() => iterations({ sessions: 1, total: 1.5, within: seconds(1) })).toThrow(
    /total to be a whole number above 0, found 1.5/,
  )
  const shape = iterations({ sessions: 1, each: 1, within: seconds(1) })
  expect(() => inTurn(shape, shape)).toThrow(/phase of their own/)
  expect(() => repeat(shape, { times: 2 })).toThrow(/phase of their own/)
})
