import { expect, test } from 'vitest'
import { useBetween, type Reading } from './meter.ts'

const start: Reading = {
  at_ms: 1_000,
  cpu_seconds: 10,
  throttled_periods: 50,
  period_seconds: 0.01,
  memory_bytes: 1,
}

test('half a core over two seconds is one second of CPU', () => {
  const use = useBetween(start, { ...start, at_ms: 3_000, cpu_seconds: 11, memory_bytes: 7 })
  expect(use).toEqual({ cpu_cores: 0.5, throttled_share: 0, memory_bytes: 7 })
})

test('a quota that ran out in every period is a share of one', () => {
  const use = useBetween(start, { ...start, at_ms: 2_000, throttled_periods: 150 })
  expect(use.throttled_share).toBeCloseTo(1)
  const more = useBetween(start, { ...start, at_ms: 2_000, throttled_periods: 999 })
  expect(more.throttled_share).toBe(1)
})

test('a process that was started again never counts as less than nothing', () => {
  const use = useBetween(start, { ...start, at_ms: 2_000, cpu_seconds: 0, throttled_periods: 0 })
  expect(use).toEqual({ cpu_cores: 0, throttled_share: 0, memory_bytes: 1 })
  expect(useBetween(start, start).cpu_cores).toBe(0)
})
