import { expect, test } from 'vitest'
import type { PartSecond } from '@plimsoll/record'
import { hotRate } from './hot-rate.ts'

function row(part: string, cpu_cores: number, second = 3): PartSecond {
  return { second, part, instance: 0, cpu_cores } as PartSecond
}
const first = [row('api', 0.5, 2), row('api', 0.2), row('database', 0.1), row('generator', 0.1)]

test('the hot warm-up fills two thirds of the machine', () => {
  // 0.4 of 2 cores at 100/s: 325/s take 1.3.
  const rate = hotRate({ parts: first, entry: 'api', cores: 2, sessions_per_second: 100 })
  expect(rate).toBeCloseTo(325)
})

test('however many cores there are, one process of the entry part fills one', () => {
  const rate = hotRate({ parts: first, entry: 'api', cores: 64, sessions_per_second: 100 })
  expect(rate).toBeCloseTo(325)
})

test('sessions that have cost nothing yet are not let loose', () => {
  const idle = [row('api', 0), row('generator', 0.01)]
  const rate = hotRate({ parts: idle, entry: 'api', cores: 2, sessions_per_second: 100 })
  expect(rate).toBe(400)
})

test('a machine that is full already is not asked for more', () => {
  const full = [row('api', 1), row('generator', 0.9)]
  const rate = hotRate({ parts: full, entry: 'api', cores: 2, sessions_per_second: 100 })
  expect(rate).toBe(100)
})
