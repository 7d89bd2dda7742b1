import { expect, test } from 'vitest'
import {
  hold,
  ms,
  perSecond,
  persona,
  personaOf,
  ramp,
  randomStream,
  seconds,
  sessions,
  workload,
  type Persona,
} from '@plimsoll/workload'
import { simulation, type Serve } from './simulation.ts'
import { even, instant, simulate, visitor, whole } from './trial-load.ts'

test('a one-second stall is seen by every arrival that was due during it', async () => {
  const stalled: Serve = ({ at }) => ({
    after: (at >= 10_000 && at < 11_000 ? 11_000 - at : 0) + 5,
    status: 200,
  })
  const run = simulate(even(100, 60), { serve: stalled })
  await run.play(whole)
  // Arrivals at 10,005, 10,015, … wait 1,000, 990, … ms: the first fifty more than half a second.
  expect(run.seen.filter(({ lateness, service }) => lateness + service > 500_000)).toHaveLength(50)
  expect(run.seen).toHaveLength(6_000)
})

test('think time postpones when the next action is due, and is not counted as waiting', async () => {
  const run = simulate(even(1, 3), {
    async live({ http, think }) {
      await http.get('/a')
      await think({ from: ms(250), to: ms(250) })
      await http.get('/b')
      await http.get('/c')
    },
  })
  await run.play(whole)
  expect(run.arrivedAt.slice(0, 3)).toEqual([500, 755, 760])
  expect(
    run.seen
      .map(({ action }) => action)
      .toSorted()
      .slice(0, 4),
  ).toEqual(['GET /a', 'GET /a', 'GET /a', 'GET /b'])
  expect(run.seen.every(({ lateness, service }) => lateness === 0 && service === 5_000)).toBe(true)
})

test('an action belongs to the second in which it was due', async () => {
  const run = simulate(even(2, 3), { serve: () => ({ after: 2_500, status: 200 }) })
  await run.play(whole)
  expect(run.seen.map(({ second }) => second)).toEqual([0, 0, 1, 1, 2, 2])
  const due = run.batches.flatMap((batch) =>
    [...batch.due.second].map((second, row) => [second, batch.due.due[row]]),
  )
  expect(due).toEqual([
    [0, 2],
    [1, 2],
    [2, 2],
  ])
})

test('the same seed is the same run: sessions, personas, data and instants', async () => {
  const poisson = hold({ at: perSecond(20), for: seconds(10) })
  const live: Persona['live'] = async ({ http, random }) => {
    await http.get('/p/:id', { params: { id: random.integer({ from: 1, to: 1_000_000 }) } })
  }
  const [one, two] = [simulate(poisson, { live }), simulate(poisson, { live })]
  await one.play(whole)
  await two.play(whole)
  expect(one.requests).toEqual(two.requests)
  expect(one.arrivedAt).toEqual(two.arrivedAt)
  const first = randomStream(1, 0).integer({ from: 1, to: 1_000_000 })
  expect(one.requests[0]).toContain(`GET /p/${first} `)
})

test('a rate with the mix of a phase starts at the session it is told', async () => {
  const personas = {
    reader: visitor,
    other: persona({ why: 'writes', live: async ({ http }) => void (await http.post('/r')) }),
  }
  const mix = { reader: 1, other: 1 }
  const run = simulation({
    serve: instant,
    workload: workload({ personas, mix, phases: { rush: { shape: even(1, 1) } } }),
  })
  const played = await run.play({
    from: 'rate',
    sessions_per_second: 10,
    lasts_ms: 2_000,
    mixOf: 'rush',
    first_session: 70,
    second: 3,
  })
  expect(played).toEqual({ from_second: 3, to_second: 5, next_session: 90 })
  const methods = run.requests.map((text) => text.split(' ')[0])
  const expected = Array.from({ length: 20 }, (_, n) =>
    personaOf(mix, { seed: 1, session: 70 + n }) === 'reader' ? 'GET' : 'POST',
  )
  expect(methods).toEqual(expected)
})

test('an arrival that finds no session free is dropped, counted as due and never sent', async () => {
  const run = simulate(even(10, 1), {
    maxSessions: 4,
    serve: () => ({ after: 5_000, status: 200 }),
  })
  await run.play(whole)
  expect(run.requests).toHaveLength(4)
  const dropped = run.seen.filter(({ outcome }) => outcome === 'dropped')
  expect(dropped.map(({ action }) => action)).toEqual(
    Array.from({ length: 6 }, () => '(arrival) visitor'),
  )
  expect(run.batches.reduce((sum, batch) => sum + batch.sessions.dropped, 0)).toBe(6)
})

test('a closed shape keeps its level of sessions alive and follows it up', async () => {
  const shape = ramp({ from: sessions(2), to: sessions(6), over: seconds(4) })
  const run = simulate(shape, { serve: () => ({ after: 100, status: 200 }) })
  const playing = run.generator.play(whole)
  const alive: number[] = []
  for (const at of [50, 1_050, 2_050, 3_050]) {
    await run.runTo(at)
    alive.push(run.generator.alive)
  }
  await run.runTo(Infinity)
  expect(alive).toEqual([2, 3, 4, 5])
  expect(await playing).toMatchObject({ from_second: 0, to_second: 4 })
  expect(run.generator.alive).toBe(0)
  // 2 to 6 sessions, each 100 ms per action, over 4 s.
  expect(run.seen.length).toBeGreaterThan(150)
  expect(run.seen.length).toBeLessThan(170)
})

test('a closed shape beyond the sessions allowed keeps to them, and the drops are seen', async () => {
  const run = simulate(hold({ at: sessions(30), for: seconds(1) }), {
    maxSessions: 10,
    serve: () => ({ after: 100, status: 200 }),
  })
  await run.play(whole)
  expect(run.seen.filter(({ outcome }) => outcome === 'ok')).toHaveLength(100)
  const dropped = run.seen.filter(({ outcome }) => outcome === 'dropped').length
  expect(dropped).toBeGreaterThan(50)
  expect(dropped).toBeLessThan(250)
})

test('a closed shape of personas that do nothing does not spin', async () => {
  const run = simulate(hold({ at: sessions(3), for: seconds(1) }), { live: async () => {} })
  const { next_session } = await run.play(whole)
  expect(next_session).toBeLessThanOrEqual(303)
})

test('stopping ends the stretch at once, while its sessions live on', async () => {
  const run = simulate(even(10, 60), { serve: () => ({ after: 3_000, status: 200 }) })
  const playing = run.generator.play(whole)
  await run.runTo(1_000)
  run.generator.stop()
  expect(await playing).toEqual({ from_second: 0, to_second: 1, next_session: 10 })
  expect(run.generator.alive).toBe(10)
  await run.runTo(Infinity)
  run.generator.samples.flush()
  expect(run.seen.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'ok'))
})

test('a false claim makes the last action failed, with its text', async () => {
  const run = simulate(even(1, 2), {
    async live({ http, check }) {
      const answer = await http.get('/reviews')
      check('has reviews', answer.json<{ id: number }>().id === 2)
      check('is something', true)
      await http.get('/next')
    },
  })
  await run.play(whole)
  expect(run.seen.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'GET /reviews failed',
    'GET /next ok',
    'GET /reviews failed',
    'GET /next ok',
  ])
  expect(run.batches.flatMap(({ reasons }) => reasons)).toMatchObject([
    { action: 'GET /reviews', outcome: 'failed', reason: 'check: has reviews', count: 2 },
  ])
})

test('an unknown write stays unknown when a claim about it is false', async () => {
  const run = simulate(even(1, 1), {
    serve: () => ({ after: 1, status: 500 }),
    async live({ http, check }) {
      const answer = await http.post('/reviews')
      check('created', answer.status === 201)
    },
  })
  await run.play(whole)
  expect(run.seen.map(({ outcome }) => outcome)).toEqual(['unknown'])
})

test('a persona that throws is cut short and told once for each place', async () => {
  const run = simulate(even(10, 1), {
    serve: () => ({ after: 1, status: 200, body: 'not JSON' }),
    async live({ http, session }) {
      const answer = await http.get('/reviews')
      if (session % 2 === 0) throw new Error('no luck')
      answer.json()
    },
  })
  await run.play(whole)
  const tallies = run.batches.map((batch) => batch.sessions)
  expect(tallies.reduce((sum, tally) => sum + tally.cut_short, 0)).toBe(10)
  expect(tallies.reduce((sum, tally) => sum + tally.ended, 0)).toBe(0)
  const errors = tallies.flatMap((tally) => tally.errors)
  expect(errors).toHaveLength(2)
  expect(errors[0]).toContain('visitor: Error: no luck')
  expect(errors[1]).toContain('expected JSON, found "not JSON"')
  expect(run.seen).toHaveLength(10)
})

test('a persona that throws in each of twenty sessions ends the stretch, and says at which line', async () => {
  const run = simulate(even(100, 60), {
    async live({ http }) {
      await http.get('/reviews')
      throw new Error('no luck')
    },
  })
  const played = run.play(whole)
  await expect(played).rejects.toMatchObject({
    code: 'persona-always-throws',
    blame: 'input',
    faults: [{ where: 'personas.visitor', problem: expect.stringContaining('no luck') }],
  })
  expect(run.seen.length).toBeLessThan(30)
})

test('a persona that lived once may throw ever after', async () => {
  const run = simulate(even(100, 1), {
    async live({ session }) {
      if (session > 0) throw new Error('no luck')
    },
  })
  await run.play(whole)
  expect(() => run.generator.requirePersonas()).not.toThrow()
})

test('a run too short for twenty sessions still tells of a persona that only threw', async () => {
  const run = simulate(even(5, 1), {
    async live() {
      throw new Error('no luck')
    },
  })
  await run.play(whole)
  expect(() => run.generator.requirePersonas()).toThrow('all were cut short')
})

test('closing makes what is under way unknown, and nothing is sent any more', async () => {
  const run = simulate(even(4, 1), {
    serve: ({ text }) => ({ after: text.startsWith('GET /slow') ? 60_000 : 5, status: 200 }),
    async live({ http, think, check, session }) {
      const answer = await http.get(session % 2 === 0 ? '/slow' : '/fast')
      check('fine', answer.status === 200 || answer.outcome === 'unknown')
      await think({ from: seconds(session), to: seconds(60) })
      await http.get('/never')
    },
  })
  const playing = run.generator.play(whole)
  await run.runTo(1_000)
  await playing
  run.generator.close()
  await run.runTo(Infinity)
  run.generator.samples.flush()
  expect(run.seen.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'GET /fast ok',
    'GET /fast ok',
    'GET /slow unknown',
    'GET /slow unknown',
  ])
  expect(run.requests).toHaveLength(4)
})

test('a wrong call of a tool ends the session with a sentence that says what was expected', async () => {
  const run = simulate(even(1, 3), {
    async live({ http, think, check, session }) {
      if (session === 0) await think({ from: ms(5), to: ms(1) })
      if (session === 1) check('too early', false)
      if (session === 2) await http.get('/reviews/:id')
    },
  })
  await run.play(whole)
  const errors = run.batches.flatMap((batch) => batch.sessions.errors)
  expect(errors[0]).toContain('expected times with 0 ≤ from ≤ to')
  expect(errors[1]).toContain('has no answer to speak of')
  expect(errors[2]).toContain('params.id is missing for /reviews/:id')
})
test('a persona keeps its pace however long answers take, and goes on at once when it is late', async () => {
  const takes = [5, 5, 300, 5, 5]
  const run = simulate(even(1, 1), {
    serve: () => ({ after: takes.shift() ?? 5, status: 200 }),
    async live({ http, pace }) {
      for (let round = 0; round < 5; round += 1) {
        await http.get('/a')
        await pace({ every: ms(100) })
      }
    },
  })
  await run.play(whole)
  expect(run.arrivedAt).toEqual([500, 600, 700, 1_000, 1_100])
  expect(run.seen.every(({ lateness }) => lateness === 0)).toBe(true)
})

test('every phase has the mix that it asks for, also where it asks for a scaled one', async () => {
  const reader = persona({ why: 'reads', live: async ({ http }) => void (await http.get('/read')) })
  const writer = persona({
    why: 'writes',
    live: async ({ http }) => void (await http.put('/write')),
  })
  const shape = even(100, 20)
  const run = simulation({
    serve: instant,
    workload: workload({
      personas: { reader, writer },
      mix: { reader: 90, writer: 10 },
      phases: {
        day: { shape },
        night: { shape, mix: { reader: 20, writer: 80 } },
        dawn: { shape, mix: { writer: 1 } },
      },
    }),
  })
  const writes: number[] = []
  for (const [n, phase] of ['day', 'night', 'dawn'].entries()) {
    const before = run.seen.length
    await run.play({ ...whole, phase, level: 0.5, first_session: n * 10_000, second: n * 20 })
    const played = run.seen.slice(before)
    expect(played).toHaveLength(1_000)
    writes.push(played.filter(({ action }) => action === 'PUT /write').length / 1_000)
  }
  // Four standard deviations of a binomial share of a thousand.
  expect(Math.abs(writes[0]! - 0.1)).toBeLessThan(0.04)
  expect(Math.abs(writes[1]! - 0.8)).toBeLessThan(0.051)
  expect(writes[2]).toBe(1)
})

test('a session that outlives its phase does what the next one is about', async () => {
  const run = simulation({
    serve: instant,
    workload: workload({
      personas: {
        user: persona({
          why: 'stays',
          async live({ http, think, phase }) {
            for (let n = 0; n < 8; n += 1) {
              await http.get(phase() === 'calm' ? '/calm' : '/rush')
              await think({ from: seconds(1), to: seconds(1) })
            }
          },
        }),
      },
      mix: { user: 1 },
      phases: {
        calm: { shape: hold({ at: sessions(3), for: seconds(4) }) },
        rush: { shape: hold({ at: sessions(3), for: seconds(4) }) },
      },
    }),
  })
  const calm = run.generator.play({ ...whole, phase: 'calm' })
  await run.runTo(4_000)
  await calm
  const rush = run.generator.play({ ...whole, phase: 'rush', second: 4, first_session: 100 })
  await run.runTo(7_500)
  run.generator.stop()
  await rush
  run.generator.samples.flush()
  const called = (name: string) => run.seen.filter(({ action }) => action === `GET ${name}`)
  expect(called('/calm').every(({ second }) => second < 4)).toBe(true)
  expect(called('/rush').every(({ second }) => second >= 4)).toBe(true)
  const step = { from: 'rate', mixOf: 'calm', sessions_per_second: 1, lasts_ms: 1_000 } as const
  const before = called('/rush').length
  await run.play({ ...step, second: 20, first_session: 200 })
  expect(called('/rush').length).toBeGreaterThan(before)
  // Three users, one call a second each; they began in the calm, and stay.
  expect(called('/calm')).toHaveLength(12)
  expect(called('/rush').length).toBeGreaterThanOrEqual(12)
})
