import { hold, ms, seconds, sessions, type Persona } from '@plimsoll/workload'
import { expect, test } from 'vitest'
import { even, simulate, whole } from './trial-load.ts'

test('a load that is paused starts nothing, and goes on where it stood', async () => {
  const run = simulate(even(10, 10))
  const playing = run.generator.play(whole)
  await run.runTo(4_000)
  run.generator.steer({ paused: true, level: 1 })
  await run.runTo(60_000)
  expect(run.arrivedAt).toHaveLength(40)
  run.generator.steer({ paused: false, level: 1 })
  await run.runTo(70_000)
  expect(await playing).toMatchObject({ to_second: 66 })
  expect(run.arrivedAt).toHaveLength(100)
  expect(run.arrivedAt.slice(39, 41)).toEqual([3_950, 60_050])
})

test('a rate that is changed by hand holds from then on, also in the next stretch', async () => {
  const run = simulate(even(10, 10))
  const playing = run.generator.play(whole)
  await run.runTo(5_000)
  run.generator.steer({ paused: false, level: 2 })
  await run.runTo(10_000)
  expect(await playing).toMatchObject({ to_second: 10 })
  expect(run.arrivedAt).toHaveLength(150)
  void run.generator.play({ ...whole, first_session: 1_000, second: 10 })
  await run.runTo(21_000)
  expect(run.arrivedAt).toHaveLength(350)
  expect(() => run.generator.steer({ paused: false, level: 0 })).toThrow(/above 0/)
})

test('sessions kept alive are steered too: none is followed while paused, and their number changes', async () => {
  const live: Persona['live'] = async ({ http, think }) => {
    await http.get('/a')
    await think({ from: ms(995), to: ms(995) })
  }
  const run = simulate(hold({ at: sessions(10), for: seconds(20) }), { live })
  const playing = run.generator.play(whole)
  await run.runTo(3_500)
  expect(run.generator.alive).toBe(10)
  run.generator.steer({ paused: true, level: 1 })
  await run.runTo(6_000)
  expect(run.generator.alive).toBe(0)
  run.generator.steer({ paused: false, level: 0.5 })
  await run.runTo(10_000)
  expect(run.generator.alive).toBe(5)
  await run.runTo(30_000)
  expect((await playing).to_second).toBeCloseTo(22.5)
})
