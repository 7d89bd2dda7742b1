import { expect, test } from 'vitest'
import { orderOf, orderOfKey, steeredWords } from './steering.ts'

test('orders are words, and words that are none are refused', () => {
  expect(orderOf(['pause'])).toEqual({ kind: 'pause' })
  expect(orderOf(['rate', '1.5'])).toEqual({ kind: 'rate', factor: 1.5 })
  for (const words of [[], ['go'], ['pause', 'now'], ['rate'], ['rate', '0'], ['rate', '1000']]) {
    expect(() => orderOf(words)).toThrow(/Expected status, pause, resume, stop or rate FACTOR/)
  }
})

test('keys order what they say', () => {
  const state = { state: 'running', rate: 1, phase: 'rush', second: 3 } as const
  expect(orderOfKey(' ', state)).toEqual({ kind: 'pause' })
  expect(orderOfKey('p', { ...state, state: 'paused' })).toEqual({ kind: 'resume' })
  expect(orderOfKey('+', state)).toEqual({ kind: 'rate', factor: 1.1 })
  expect(orderOfKey('-', { ...state, rate: 1.1 })).toEqual({ kind: 'rate', factor: 1 })
  expect(orderOfKey('x', state)).toBeUndefined()
  expect(steeredWords({ ...state, rate: 1.1 })).toBe(
    'running in rush, second 3, 1.1 × the planned rate',
  )
})
