import { expect, test } from 'vitest'
import { Histogram } from '@plimsoll/statistics'
import type { Check, RunRecord, SecondRecord, StretchRecord } from '@plimsoll/record'
import { actionsPerSession, actionsToCount, dueInAll } from './run-figures.ts'

const p99 = { kind: 'response_time', quantile: 0.99, below_ms: 200 } as const
const least_actions = 1_000

function second(number: number, due: Readonly<Record<string, number>>): SecondRecord {
  const actions = Object.entries(due).map(([name, count]) => {
    const response_time = new Histogram()
    return [name, { due: count, ok: count, failed: 0, unknown: 0, dropped: 0, response_time }]
  })
  return { second: number, sessions_alive: 0, actions: new Map(actions as never) }
}

function step(from: number, given: Partial<StretchRecord> = {}): StretchRecord {
  return {
    kind: 'step',
    name: 'rung 3',
    rung: 3,
    sessions_per_second: 100,
    from_second: from,
    counted_from_second: from,
    to_second: from + 5,
    measured: true,
    actions: new Map(),
    ...given,
  }
}

function run(seconds: SecondRecord[], stretches: StretchRecord[] = []): RunRecord {
  const sessions = { started: 1_000, ended: 0, cut_short: 0, dropped: 0, errors: [] }
  return { seconds, stretches, sessions } as unknown as RunRecord
}

const five = (from: number, due: number) =>
  [0, 1, 2, 3, 4].map((n) => second(from + n, { 'GET /': due }))

test('a session makes what it made in the steps that held, not in those that broke it off', () => {
  const seconds = [...five(0, 200), ...five(5, 110)]
  const [held, failed] = [step(0, { verdict: 'holds' }), step(5, { verdict: 'fails' })]
  expect(actionsPerSession(run(seconds, [held, failed]))).toBe(2)
  // Nothing held yet: of all that started.
  expect(actionsPerSession(run(seconds, [failed]))).toBeCloseTo(1.55)
  expect(actionsPerSession(run([]))).toBe(1)
})

test('a step counts as many actions as its most demanding check needs', () => {
  const seconds = [second(0, { 'GET /': 90, 'POST /': 10 })]
  const needed = (...checks: Check[]) => actionsToCount(run(seconds), { checks, least_actions })
  expect(needed(p99)).toBe(1_000)
  expect(needed({ ...p99, quantile: 0.5 })).toBe(1_000)
  expect(needed(p99, { ...p99, quantile: 0.999 })).toBe(10_000)
  // One action in ten is a POST.
  expect(needed(p99, { ...p99, of: ['POST /'] })).toBe(10_000)
  expect(needed(p99, { ...p99, except: ['GET /'] })).toBe(10_000)
  expect(needed(p99, { kind: 'failures', below_share: 0.001 }, { kind: 'invariants' })).toBe(1_000)
})

test('what a step is going to have is never less than its pace says, however short sessions seemed', () => {
  const seconds = [...five(0, 100), second(5, { 'GET /': 700 }), second(6, { 'GET /': 700 })]
  const record = run(seconds, [step(0, { verdict: 'holds' })])
  expect(dueInAll(record, { step: step(5), at_second: 7 })).toBe(3_500)
  expect(dueInAll(record, { step: step(5), at_second: 4.8 })).toBe(500)
})
