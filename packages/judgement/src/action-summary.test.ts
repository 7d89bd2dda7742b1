import { expect, test } from 'vitest'
import { goodIn } from './action-summary.ts'
import { fixtureSeconds } from './record-fixture.ts'

const p99 = { kind: 'response_time', quantile: 0.99 } as const

test('goodput is what ended ok within the limit of its action', () => {
  const seconds = fixtureSeconds({ from: 0, count: 4, due: 100, takes_ms: (n) => 100 + 200 * n })
  expect(goodIn(seconds, [{ ...p99, below_ms: 400 }])).toBe(200)
  expect(goodIn(seconds, [{ ...p99, below_ms: 400, of: ['POST /other'] }])).toBe(400)
})

test('what failed is no goodput, however fast', () => {
  const seconds = fixtureSeconds({ from: 0, count: 1, due: 100, takes_ms: 10 })
  for (const action of seconds[0]?.actions.values() ?? []) {
    action.due += 7
    action.failed += 7
  }
  expect(goodIn(seconds, [{ ...p99, below_ms: 400 }])).toBe(100)
})
