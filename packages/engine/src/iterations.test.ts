import { expect, test } from 'vitest'
import { iterations, seconds, workload } from '@plimsoll/workload'
import { simulation } from './simulation.ts'

test('iterations that are paused begin nothing, and end as much later', async () => {
  const run = simulation({
    serve: () => ({ after: 100, status: 200 }),
    workload: workload({
      personas: {
        visitor: { why: 'reads', live: async ({ http }) => void (await http.get('/a')) },
      },
      mix: { visitor: 1 },
      phases: { only: { shape: iterations({ sessions: 2, each: 100, within: seconds(1) }) } },
    }),
  })
  const whole = { from: 'phase', phase: 'only', level: 1, duration: 1 } as const
  const playing = run.generator.play({ ...whole, first_session: 0, second: 0 })
  await run.runTo(450)
  run.generator.steer({ paused: true, level: 1 })
  await run.runTo(5_000)
  expect(run.requests).toHaveLength(10)
  run.generator.steer({ paused: false, level: 1 })
  await run.runTo(7_000)
  expect((await playing).to_second).toBeCloseTo(5.55)
  expect(run.requests).toHaveLength(22)
})
