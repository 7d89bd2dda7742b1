import { expect, test } from 'vitest'
import type { PartSecond } from '@plimsoll/record'
import { judgeBacklog, largestDrain } from './backlog.ts'
import { partRow } from './record-fixture.ts'

const steady = { kind: 'backlog' } as const

/** A queue looked at once a second, by age of the oldest message and by messages. */
function queue(oldest: readonly number[], messages: readonly number[] = oldest): PartSecond[] {
  return oldest.map((queue_oldest_age_ms, second) =>
    partRow('queue', {
      second,
      queue_oldest_age_ms,
      queue_depth: messages[second] ?? 0,
      queue_in_flight: 0,
    }),
  )
}

test.for([
  { what: 'a sawtooth of batches', oldest: [50, 180, 90, 200, 60, 150], verdict: 'holds' },
  { what: 'an empty queue', oldest: [0, 0, 0, 0], verdict: 'holds' },
  { what: 'one slow batch', oldest: [50, 60, 900, 70, 60, 80], verdict: 'holds' },
  { what: 'a backlog that drains', oldest: [3_000, 2_000, 1_000, 0], verdict: 'holds' },
  {
    what: 'an overload of 8 % in four seconds',
    oldest: [80, 160, 240, 320],
    verdict: 'inconclusive',
  },
  { what: 'an overload of 20 % in four seconds', oldest: [200, 400, 600, 800], verdict: 'fails' },
])('$what: steady $verdict', ({ oldest, verdict }) => {
  expect(judgeBacklog(steady, queue(oldest)).verdict).toBe(verdict)
})

test('an overload of 5 % shows in a step of twenty seconds, a sawtooth on top of it or not', () => {
  const oldest = Array.from({ length: 20 }, (_, second) => 50 * second + (second % 3) * 60)
  expect(judgeBacklog(steady, queue(oldest)).verdict).toBe('fails')
})

test('two seconds in which the oldest message is too old break a limit on its age, one decides nothing', () => {
  const limit = { kind: 'backlog', oldest_below_ms: 1_000 } as const
  expect(judgeBacklog(limit, queue([100, 1_200, 1_300, 100])).verdict).toBe('fails')
  expect(judgeBacklog(limit, queue([100, 1_200, 300, 100])).verdict).toBe('inconclusive')
  expect(judgeBacklog(limit, queue([100, 200, 300, 100])).why).toBe(
    'oldest message below 1000 ms: the oldest message was 300 ms old, 0 of 4 s too old',
  )
})

test('without a queue nothing is claimed', () => {
  expect(judgeBacklog(steady, [partRow('api', {})]).verdict).toBe('inconclusive')
})

test('a backlog drains from its highest until a tenth of it is left', () => {
  const messages = [0, 100, 400, 1_000, 700, 400, 90, 0]
  expect(largestDrain(queue(messages))).toEqual({
    from_second: 3,
    messages: 1_000,
    seconds: 3,
    shrinks_per_second: (1_000 - 90) / 3,
  })
  expect(largestDrain(queue([0, 100, 1_000, 900]))).toMatchObject({
    seconds: null,
    shrinks_per_second: 100,
  })
  expect(largestDrain(queue([0, 5, 2]))).toBeNull()
})
