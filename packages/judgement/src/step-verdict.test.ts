import { expect, test } from 'vitest'
import { fixtureChecks, fixtureSeconds } from './record-fixture.ts'
import { clearlyFails, judgeStep } from './step-verdict.ts'

const checks = fixtureChecks
const step = { from: 0, count: 20, due: 100 }
const judge = (seconds: ReturnType<typeof fixtureSeconds>) =>
  judgeStep({ seconds, checks, seed: 1, least_actions: 1_000 })

test('a step of fast answers holds, and says what was found for each check', () => {
  expect(judge(fixtureSeconds({ ...step, takes_ms: 30 }))).toEqual({
    verdict: 'holds',
    why: [
      'response time p99 below 200 ms: 0 % (0 %–0 %) of 2000 took longer, 1 % allowed',
      'failures below 0.1 %: 0 % (0 %–0 %) of 2000 did not end ok, 0.1 % allowed',
    ],
    grows: false,
  })
})

test('failures are infinite response times: two in a hundred break a p99', () => {
  const { verdict, why } = judge(fixtureSeconds({ ...step, takes_ms: 30, failed: 2 }))
  expect(verdict).toBe('fails')
  expect(why[0]).toContain('2 % (2 %–2 %) of 2000 took longer')
})

test('what is still under way when the step is judged is infinite too', () => {
  const seconds = fixtureSeconds({ ...step, takes_ms: 30 })
  for (const { actions } of seconds) {
    for (const action of actions.values()) {
      action.ok -= 5
      action.due += 5
    }
  }
  expect(judge(seconds).verdict).toBe('fails')
})

test('a p99 needs a thousand actions', () => {
  const { verdict, why } = judge(fixtureSeconds({ from: 0, count: 5, due: 100, takes_ms: 30 }))
  expect(verdict).toBe('inconclusive')
  expect(why[0]).toContain('only 500 actions counted, 1000 needed')
})

test('one bad second among twenty is inconclusive: another twenty might hold or fail', () => {
  const seconds = fixtureSeconds({ ...step, takes_ms: (n) => (n === 7 ? 500 : 30) })
  for (const action of seconds[7]?.actions.values() ?? []) {
    action.response_time.clear()
    action.response_time.record(30_000, 82)
    action.response_time.record(500_000, 18)
  }
  expect(judge(seconds).verdict).toBe('inconclusive')
})

test('a queue that grows second by second does not hold, though every answer was in time', () => {
  const { verdict, why } = judge(fixtureSeconds({ ...step, takes_ms: (n) => 20 + 5 * n }))
  expect(verdict).toBe('fails')
  expect(why[0]).toContain('grows second by second')
})

test('growth that stays far within the limit is no matter', () => {
  expect(judge(fixtureSeconds({ ...step, takes_ms: (n) => 20 + 0.1 * n })).verdict).toBe('holds')
})

test('a check on some actions, or on all but some, looks at no other', () => {
  const seconds = fixtureSeconds({ ...step, takes_ms: 900 })
  const check = { kind: 'response_time', quantile: 0.5, below_ms: 200 } as const
  const verdict = (group: { of?: string[]; except?: string[] }) =>
    judgeStep({ seconds, checks: [{ ...check, ...group }], seed: 1, least_actions: 1_000 }).verdict
  expect(verdict({ of: ['GET /reviews'] })).toBe('fails')
  expect(verdict({ of: ['POST /login', 'GET /reviews'] })).toBe('fails')
  expect(verdict({ of: ['POST /reviews'] })).toBe('inconclusive')
  expect(verdict({ except: ['GET /reviews'] })).toBe('inconclusive')
  expect(verdict({ except: ['POST /reviews'] })).toBe('fails')
})

test('a step is given up as soon as it cannot hold any more, and not before', () => {
  const slow = fixtureSeconds({ ...step, takes_ms: 900 })
  const asked = { checks, due_in_all: 2_000 }
  expect(clearlyFails({ ...asked, seconds: slow.slice(0, 1), at_second: 2 })).toBe(true)
  const fast = fixtureSeconds({ ...step, takes_ms: 30 })
  expect(clearlyFails({ ...asked, seconds: fast, at_second: 20 })).toBe(false)
})

test('an action under way counts against the step only after its limit has passed', () => {
  const [second] = fixtureSeconds({ from: 0, count: 1, due: 100, takes_ms: 30 })
  for (const action of second?.actions.values() ?? []) action.due += 50
  const seconds = second === undefined ? [] : [second]
  const asked = { checks, due_in_all: 2_000, seconds }
  expect(clearlyFails({ ...asked, at_second: 1.1 })).toBe(false)
  expect(clearlyFails({ ...asked, at_second: 1.3 })).toBe(true)
})
