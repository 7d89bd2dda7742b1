// What a session has of its own: start and end, state, cookies, headers, rows; and what was made before the run.

import { expect, test } from 'vitest'
import {
  hold,
  ms,
  perSecond,
  persona,
  seconds,
  setup,
  workload,
  type Persona,
  type Setup,
} from '@plimsoll/workload'
import { simulation, type Serve } from './simulation.ts'

const instant: Serve = () => ({ after: 5, status: 200, body: '{"id":1}' })
const whole = {
  from: 'phase',
  phase: 'only',
  level: 1,
  duration: 1,
  first_session: 0,
  second: 0,
} as const

/** Ten sessions, one each 100 ms. */
function simulate<State>(
  user: Persona<State>,
  {
    serve = instant,
    setups = [],
    pauses = 1,
  }: { serve?: Serve; setups?: Setup[]; pauses?: number } = {},
) {
  const shape = hold({ at: perSecond(10), for: seconds(1), spacing: 'even' })
  const personas = { user }
  return simulation({
    serve,
    pauses,
    workload: workload({ personas, mix: { user: 1 }, phases: { only: { shape } }, setup: setups }),
  })
}

const paths = (requests: readonly string[]) => requests.map((text) => text.split(' ')[1])
const header = (request: string, name: string) =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(request)?.[1]

test('a session starts, lives and ends, and hands its state on', async () => {
  const user = persona({
    why: 'logs in and out',
    async start({ http, session }) {
      const answer = await http.post('/login')
      return { id: answer.json<{ id: number }>().id, name: `user_${session}` }
    },
    async live({ http, state }) {
      await http.get('/of/:name', { params: { name: state.name } })
    },
    async end({ http, state }) {
      await http.post('/logout', { json: { id: state.id } })
    },
  })
  const run = simulate(user)
  await run.play({ ...whole, first_session: 70 })
  expect(paths(run.requests).slice(0, 3)).toEqual(['/login', '/of/user_70', '/logout'])
  expect(run.requests[2]).toContain('{"id":1}')
  expect(run.requests).toHaveLength(30)
})

test('the end comes also after an error in the life, which is what is told', async () => {
  const user = persona({
    why: 'stumbles',
    live: () => Promise.reject(new Error('stumbled')),
    end: async ({ http }) => {
      await http.post('/logout')
      throw new Error('and fell')
    },
  })
  const run = simulate(user)
  await run.play(whole)
  expect(run.requests).toHaveLength(10)
  const errors = run.batches.flatMap(({ sessions }) => sessions.errors)
  expect(errors).toHaveLength(1)
  expect(errors[0]).toContain('user: Error: stumbled')
})

test('an error in the start ends the session before it lives', async () => {
  const user = persona({
    why: 'cannot begin',
    start: () => Promise.reject(new Error('no')),
    live: async ({ http }) => void (await http.get('/life')),
    end: async ({ http }) => void (await http.get('/end')),
  })
  const run = simulate(user)
  await run.play(whole)
  expect(run.requests).toEqual([])
  expect(run.batches.reduce((sum, { sessions }) => sum + sessions.cut_short, 0)).toBe(10)
})

test('cookies and standing headers are of one session only', async () => {
  let served = 0
  const serve: Serve = ({ text }) => {
    const headers = text.startsWith('POST /login')
      ? `Set-Cookie: sid=${(served += 1)}; Path=/\r\n`
      : ''
    return { after: 5, status: 200, headers }
  }
  const user = persona({
    why: 'has a token',
    async live({ http, session, cookies }) {
      await http.post('/login')
      http.always({ authorization: `Bearer t${session}` })
      await http.get('/me', { headers: { 'x-sid': cookies.get('sid') ?? 'none' } })
      http.always({ authorization: undefined })
      await http.get('/bye')
    },
  })
  const run = simulate(user, { serve })
  await run.play(whole)
  const [login, me, bye] = ['POST /login', 'GET /me', 'GET /bye'].map((start) =>
    run.requests.filter((text) => text.startsWith(start)),
  )
  expect(login?.map((text) => header(text, 'cookie'))).toEqual(Array.from({ length: 10 }))
  const numbers = Array.from({ length: 10 }, (_, n) => n)
  expect(me?.map((text) => header(text, 'authorization'))).toEqual(
    numbers.map((n) => `Bearer t${n}`),
  )
  expect(me?.map((text) => header(text, 'cookie'))).toEqual(numbers.map((n) => `sid=${n + 1}`))
  expect(me?.map((text) => header(text, 'x-sid'))).toEqual(numbers.map((n) => `${n + 1}`))
  expect(bye?.map((text) => header(text, 'authorization'))).toEqual(Array.from({ length: 10 }))
})

test('every session has a row of its own, the same one in every run', async () => {
  const rows = Array.from({ length: 12 }, (_, n) => `row_${n}`)
  const user = persona({
    why: 'owns a row',
    live: async ({ http, own }) => void (await http.get('/:row', { params: { row: own(rows) } })),
  })
  const [one, two, later] = [simulate(user), simulate(user), simulate(user)]
  await one.play({ ...whole, first_session: 300 })
  await two.play({ ...whole, first_session: 300 })
  await later.play({ ...whole, first_session: 500 })
  expect(new Set(paths(one.requests)).size).toBe(10)
  expect(paths(two.requests)).toEqual(paths(one.requests))
  expect(paths(later.requests)[0]).not.toBe(paths(one.requests)[0])
})

test('rows taken in turn come in order, and from the first again', async () => {
  const user = persona({
    why: 'takes the next row',
    live: async ({ http, turn }) =>
      void (await http.get('/:row', { params: { row: turn(['a', 'b', 'c']) } })),
  })
  const run = simulate(user)
  await run.play(whole)
  expect(paths(run.requests).join('')).toBe('/a/b/c/a/b/c/a/b/c/a')
})

test('a session for which no row is left is cut short, and says why', async () => {
  const user = persona({
    why: 'owns a row',
    live: async ({ http, own }) =>
      void (await http.get('/:row', { params: { row: own([1, 2, 3]) } })),
  })
  const run = simulate(user)
  await run.play(whole)
  expect(run.requests).toHaveLength(3)
  const [error] = run.batches.flatMap(({ sessions }) => sessions.errors)
  expect(error).toContain('expected a row for session 4 of this stretch, found 3 rows')
})

test('pauses are played as far as the run asks for', async () => {
  const user = persona({
    why: 'thinks',
    async live({ http, think }) {
      await think({ from: ms(1_000), to: ms(1_000) })
      await http.get('/')
    },
  })
  const run = simulate(user, { pauses: 0.25 })
  await run.play(whole)
  expect(run.arrivedAt[0]).toBe(50 + 250)
})

const tokens = setup({
  what: 'three tokens',
  within: seconds(5),
  make: ({ each }) =>
    each({ count: 3, atOnce: 2 }, async ({ n, http, random }) => {
      const answer = await http.post('/tokens', { json: { n } })
      return { n, id: answer.json<{ id: number }>().id, salt: random.uuid() }
    }),
})
const tokenUser = persona({
  why: 'has a token',
  live: async ({ http, given, own }) =>
    void (await http.get('/with/:salt', { params: { salt: own(given(tokens)).salt } })),
})

test('what was made before the run is given to sessions, in order, and counted nowhere', async () => {
  const [one, two] = [
    simulate(tokenUser, { setups: [tokens] }),
    simulate(tokenUser, { setups: [tokens] }),
  ]
  await one.setUp()
  expect(one.requests).toHaveLength(3)
  // Two at once, then the third.
  expect(one.arrivedAt).toEqual([0, 0, 5])
  expect(one.seen).toEqual([])
  await one.play(whole)
  await two.setUp()
  await two.play(whole)
  expect(one.requests).toEqual(two.requests)
  expect(new Set(one.seen.map(({ action }) => action))).toEqual(new Set(['GET /with/:salt']))
})

test('a setup that is not listed is not given', async () => {
  const run = simulate(tokenUser)
  await run.play(whole)
  const [error] = run.batches.flatMap(({ sessions }) => sessions.errors)
  expect(error).toContain('given: "three tokens" was not made: list it in the workload\'s setup')
})

test('a setup that the system refuses ends the run and names the request', async () => {
  const serve: Serve = () => ({ after: 5, status: 503, body: '{"error":"busy"}' })
  await expect(simulate(tokenUser, { setups: [tokens], serve }).setUp()).rejects.toMatchObject({
    code: 'setup-failed',
    blame: 'environment',
    message:
      'What the workload needs before a run could not be made (three tokens): POST /tokens was answered 503 {"error":"busy"}',
  })
})

test('a setup that takes too long ends the run and says how far it came', async () => {
  const serve: Serve = () => ({ after: 4_000, status: 200, body: '{"id":1}' })
  const run = simulate(tokenUser, { setups: [tokens], serve })
  await expect(run.setUp()).rejects.toMatchObject({
    code: 'setup-failed',
    message: expect.stringContaining('not ready after 5 s (2 answers so far)') as string,
  })
  expect(run.requests).toHaveLength(3)
})

test('a setup that throws is told with its line', async () => {
  const broken = setup({
    what: 'nothing',
    within: seconds(1),
    make: () => Promise.reject(new Error('mistyped')),
  })
  await expect(simulate(tokenUser, { setups: [broken] }).setUp()).rejects.toMatchObject({
    code: 'setup-threw',
    blame: 'input',
    message: expect.stringMatching(/its setup: Error: mistyped/) as string,
  })
})

test('a setup makes plain data: anything else is told', async () => {
  const functions = setup({ what: 'a function', within: seconds(1), make: async () => () => 1 })
  await expect(simulate(tokenUser, { setups: [functions] }).setUp()).rejects.toMatchObject({
    code: 'setup-threw',
  })
})
