import { iterations, seconds, type Persona } from '@plimsoll/workload'
import { expect, test } from 'vitest'
import type { Serve } from './simulation.ts'
import { simulate, whole } from './trial-load.ts'

const numbered: Persona['live'] = async ({ http, session }) =>
  void (await http.get('/a', { query: { session } }))
const sessionsSeen = (requests: readonly string[]) =>
  requests.map((text) => Number(/session=(\d+)/.exec(text)?.[1]))
/** Every third session, which is the third place, takes ten times as long. */
const slowThird: Serve = ({ text }) => ({
  after: Number(/session=(\d+)/.exec(text)?.[1]) % 3 === 2 ? 100 : 10,
  status: 200,
})

test('iterations for each: every place lives its share, quick or slow, and then it is over', async () => {
  const shape = iterations({ sessions: 3, each: 4, within: seconds(60) })
  const run = simulate(shape, { live: numbered, serve: slowThird })
  const played = await run.play(whole)
  expect(sessionsSeen(run.requests).toSorted((a, b) => a - b)).toEqual([...Array(12).keys()])
  expect(played).toMatchObject({ to_second: 0.4, next_session: 12 })
  const slow = run.arrivedAt.filter((_, n) => sessionsSeen(run.requests)[n]! % 3 === 2)
  expect(slow).toEqual([0, 100, 200, 300])
})

test('iterations from a pile: whoever is free takes the next, until none is left', async () => {
  const shape = iterations({ sessions: 3, total: 12, within: seconds(60) })
  const slowFirst: Serve = ({ text }) => ({
    after: text.includes('session=0 ') ? 100 : 10,
    status: 200,
  })
  const run = simulate(shape, { live: numbered, serve: slowFirst })
  const played = await run.play(whole)
  expect(sessionsSeen(run.requests)).toEqual([...Array(12).keys()])
  expect(played).toMatchObject({ to_second: 0.1, next_session: 12 })
  expect(Math.max(...run.arrivedAt)).toBe(50)
})

test('iterations that are not done in time end then, and those that do nothing do not spin', async () => {
  const shape = iterations({ sessions: 1, each: 1_000, within: seconds(1) })
  const run = simulate(shape, { live: numbered })
  const played = await run.play(whole)
  expect(played.to_second).toBe(1)
  expect(run.requests).toHaveLength(200)
  const idle = simulate(shape, { live: async () => {} })
  await idle.play(whole)
  expect(idle.batches.reduce((sum, { sessions: { started } }) => sum + started, 0)).toBe(100)
})
