import { expect, test } from 'vitest'
import type { Check } from '@plimsoll/record'
import { limitOf } from './check-group.ts'
import { checkWords } from './check-words.ts'

const logins = ['POST /auth/login', 'POST /auth/register']
const p99 = { kind: 'response_time', quantile: 0.99 } as const
const checks: Check[] = [
  { ...p99, below_ms: 500, except: logins },
  { ...p99, below_ms: 2_000, of: logins },
  { ...p99, quantile: 0.5, below_ms: 900 },
  { kind: 'failures', below_share: 0.001 },
]

test('the service level of an action is the tightest limit that speaks of it', () => {
  expect(limitOf(checks, 'GET /conversations')).toBe(500)
  expect(limitOf(checks, 'POST /auth/login')).toBe(900)
  expect(limitOf([checks[1]!, checks[3]!], 'GET /conversations')).toBe(Infinity)
})

test('a check names the actions that it speaks of', () => {
  expect(checks.map(checkWords)).toEqual([
    'response time p99 of all but POST /auth/login and POST /auth/register below 500 ms',
    'response time p99 of POST /auth/login and POST /auth/register below 2000 ms',
    'response time p50 below 900 ms',
    'failures below 0.1 %',
  ])
})
