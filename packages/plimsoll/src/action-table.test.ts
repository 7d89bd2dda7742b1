import { expect, test } from 'vitest'
import type { ActionSummary } from '@plimsoll/judgement'
import type { RunRecord } from '@plimsoll/record'
import { actionTable } from './action-table.ts'

const times = { p50_ms: 1, p90_ms: 2, p99_ms: 30, max_ms: 40 }
const get: ActionSummary = {
  action: 'GET /a',
  due: 10,
  ok: 10,
  failed: 0,
  unknown: 0,
  dropped: 0,
  response_time: times,
  service_time: times,
  lateness: times,
} as unknown as ActionSummary
const sessions = { started: 20, ended: 20, cut_short: 0, dropped: 0, errors: [] }
const record = { sessions, reasons: [] } as unknown as RunRecord

test('actions of several phases stand below the name of their phase', () => {
  const phases = ['before', 'after'].map((name) => ({ name, actions: [get] }))
  const lines = actionTable({ phases, record }).split('\n')
  expect(lines.slice(2, 7).map((line) => line.slice(0, 10).trimEnd())).toEqual([
    'action',
    'before',
    '  GET /a',
    'after',
    '  GET /a',
  ])
})

test('one phase needs no name', () => {
  const text = actionTable({ phases: [{ name: 'only', actions: [get] }], record })
  expect(text).not.toContain('only')
  expect(text).toMatch(/^GET \/a +10 +10 +0 +0 +0 +1\.00 +2\.00 +30\.0 +40\.0 +30\.0 +30\.0$/m)
})
