import { Problem } from '@plimsoll/service'
import { expect, onTestFinished, test, vi } from 'vitest'

import { CallFailure } from './call-failure.ts'
import { CallLane, type Caller, type Told } from './call-lane.ts'
import { RetryBudget } from './retry-budget.ts'
import { Roster } from './roster.ts'

interface Request {
  readonly name: string
  readonly isRepeatable?: boolean
}

type Call = (store: string, requests: readonly Request[]) => Promise<readonly Told<string>[]>

function laneOf(
  call: Call,
  options: {
    stores?: string[]
    repeats?: number
    within?: number
    now?: () => number
    queueLimit?: number
    bytesPerCall?: number
  } = {},
) {
  const {
    stores = ['a', 'b'],
    repeats = 10,
    within = 1_000,
    now = () => performance.now(),
    queueLimit = 100,
    bytesPerCall = 1_000,
  } = options
  const roster = new Roster<string>({ open: (url) => url, close: () => {}, now })
  roster.update(stores)
  const calls: { store: string; names: string[] }[] = []
  const lane = new CallLane<string, Request, string>({
    name: 'test',
    roster,
    budget: new RetryBudget({ share: 0, most: repeats }),
    call: (store, requests) => {
      calls.push({ store, names: requests.map(({ name }) => name) })
      return call(store, requests)
    },
    bytes: () => 1,
    isRepeatable: ({ isRepeatable = true }) => isRepeatable,
    callsPerStore: 1,
    queueLimit,
    bytesPerCall,
    now,
  })
  onTestFinished(() => lane[Symbol.dispose]())
  const submit = (request: Request, response: Caller['response'] = { destroyed: false }) =>
    lane.submit(request, { expires: now() + within, response })
  return { lane, submit, calls, roster }
}

const echo: Call = async (_, requests) => requests.map(({ name }) => ({ answer: name }))
const statusOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 200,
    (error: unknown) => (error instanceof Problem ? error.status : error),
  )

test('requests that arrive together share a call, and each has its own answer', async () => {
  const { submit, calls } = laneOf(echo)
  const answers = await Promise.all(['x', 'y', 'z'].map((name) => submit({ name })))
  expect(answers).toEqual(['x', 'y', 'z'])
  expect(calls.map(({ names }) => names)).toEqual([['x', 'y', 'z']])
})

test('while every store is busy requests gather for the next call', async () => {
  const gate = Promise.withResolvers<void>()
  const { submit, calls } = laneOf(
    async (store, requests) => {
      await gate.promise
      return await echo(store, requests)
    },
    { stores: ['a'] },
  )
  const first = submit({ name: 'first' })
  await new Promise((resolve) => setImmediate(resolve))
  const rest = ['x', 'y'].map((name) => submit({ name }))
  gate.resolve()
  await Promise.all([first, ...rest])
  expect(calls.map(({ names }) => names)).toEqual([['first'], ['x', 'y']])
})

test('more stores take more calls only where there is enough for each', async () => {
  const gate = Promise.withResolvers<void>()
  const { submit, calls } = laneOf(
    async (store, requests) => {
      await gate.promise
      return await echo(store, requests)
    },
    { stores: ['a', 'b', 'c', 'd'] },
  )
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const all: Promise<string>[] = []
  for (const name of ['x', 'y', 'few']) {
    all.push(submit({ name }))
    await turn()
  }
  expect(calls.map(({ names }) => names)).toEqual([['x'], ['y']])
  for (let n = 1; n < 32; n += 1) all.push(submit({ name: String(n) }))
  await turn()
  expect(calls.map(({ names }) => names.length)).toEqual([1, 1, 32])
  gate.resolve()
  expect(await Promise.all(all)).toHaveLength(34)
})

test('what a failed call leaves open is repeated at another store where that is harmless', async () => {
  const { submit, calls } = laneOf(async (store, requests) => {
    if (calls.length === 1) throw new CallFailure('lost', 'reset')
    return await echo(store, requests)
  })
  const ends = await Promise.all([
    statusOf(submit({ name: 'safe' })),
    statusOf(submit({ name: 'unsafe', isRepeatable: false })),
  ])
  expect(ends).toEqual([200, 504])
  expect(calls.map(({ names }) => names)).toEqual([['safe', 'unsafe'], ['safe']])
  expect(new Set(calls.map(({ store }) => store)).size).toBe(2)
})

test('repeats keep their order', async () => {
  const { submit, calls } = laneOf(async (store, requests) => {
    if (calls.length === 1) throw new CallFailure('lost', 'reset')
    return await echo(store, requests)
  })
  await Promise.all(['x', 'y', 'z'].map((name) => submit({ name })))
  expect(calls.map(({ names }) => names)).toEqual([
    ['x', 'y', 'z'],
    ['x', 'y', 'z'],
  ])
})

test('what was never sent is repeated whatever it is', async () => {
  const { submit, calls } = laneOf(async (store, requests) => {
    if (calls.length === 1) throw new CallFailure('notSent', 'refused')
    return await echo(store, requests)
  })
  expect(await statusOf(submit({ name: 'x', isRepeatable: false }))).toBe(200)
})

test('a spent budget ends the repeats', async () => {
  const { submit, calls } = laneOf(() => Promise.reject(new CallFailure('notSent', 'refused')), {
    repeats: 3,
  })
  expect(await statusOf(submit({ name: 'x' }))).toBe(503)
  expect(calls).toHaveLength(4)
})

test('a request that no store can take in time is withdrawn', async () => {
  const { submit } = laneOf(() => new Promise(() => {}), { stores: ['a'], within: 100 })
  const stuck = submit({ name: 'stuck' })
  stuck.catch(() => {})
  await new Promise((resolve) => setImmediate(resolve))
  expect(await statusOf(submit({ name: 'late' }))).toBe(503)
})

test('a request is refused when less time is left than the last call took', async () => {
  const clock = { now: 0 }
  const { submit, calls } = laneOf(
    async (store, requests) => {
      if (calls.length > 1) return await new Promise(() => {})
      clock.now += 599_900
      return await echo(store, requests)
    },
    { stores: ['a'], within: 600_000, now: () => clock.now },
  )
  await submit({ name: 'slow' })
  submit({ name: 'stuck' }).catch(() => {})
  await vi.waitFor(() => expect(calls).toHaveLength(2))
  const late = statusOf(submit({ name: 'late' }))
  clock.now += 100
  expect(await late).toBe(503)
  expect(calls).toHaveLength(2)
})

test('nobody waits for a call that goes on after the end of their time', async () => {
  const { submit, calls } = laneOf(() => new Promise(() => {}), { within: 100 })
  expect(await statusOf(submit({ name: 'x' }))).toBe(504)
  expect(calls).toHaveLength(1)
})

test('nothing is begun for a client that has left', async () => {
  const gate = Promise.withResolvers<void>()
  const { submit, calls } = laneOf(
    async (store, requests) => {
      await gate.promise
      return await echo(store, requests)
    },
    { stores: ['a'] },
  )
  const first = submit({ name: 'first' })
  await vi.waitFor(() => expect(calls).toHaveLength(1))
  const response = { destroyed: false }
  const left = statusOf(submit({ name: 'left' }, response))
  const last = submit({ name: 'last' })
  response.destroyed = true
  gate.resolve()
  await Promise.all([first, last])
  expect(calls.map(({ names }) => names)).toEqual([['first'], ['last']])
  expect(await left).toBe(503)
})

test('a store without a database is left out, and what it refused is done by another one', async () => {
  const { submit, calls, roster } = laneOf(
    async (store, requests) =>
      store === 'a' ? requests.map(() => ({ elsewhere: 'no database' })) : echo(store, requests),
    { stores: ['a', 'b'] },
  )
  for (let n = 0; n < 10; n++) {
    expect(await statusOf(submit({ name: `${n}`, isRepeatable: false }))).toBe(200)
  }
  expect(calls.filter(({ store }) => store === 'a')).toHaveLength(1)
  expect(roster.ejections).toBe(1)
})

test('a full queue refuses', async () => {
  const { submit } = laneOf(() => new Promise(() => {}), { stores: ['a'], queueLimit: 1 })
  submit({ name: 'waiting' }).catch(() => {})
  expect(await statusOf(submit({ name: 'over' }))).toBe(503)
})

test('a store that leaves a request open is asked again, one that refuses it is not', async () => {
  const problem = new Problem({ status: 400, title: 'Bad request', detail: 'no' })
  const { submit, calls } = laneOf(async (_, requests) =>
    requests.map(({ name }) =>
      name === 'bad' ? { problem } : calls.length === 1 ? { unknown: '?' } : { answer: name },
    ),
  )
  const ends = await Promise.all([
    statusOf(submit({ name: 'bad' })),
    statusOf(submit({ name: 'open' })),
  ])
  expect(ends).toEqual([400, 200])
  expect(calls.map(({ names }) => names)).toEqual([['bad', 'open'], ['open']])
})

test('a call that cannot be answered is not repeated and leaves its store in use', async () => {
  const { submit, calls, roster } = laneOf(() =>
    Promise.reject(new CallFailure('answered', 'too large')),
  )
  expect(await statusOf(submit({ name: 'x' }))).toBe(504)
  expect([calls.length, roster.ejections]).toEqual([1, 0])
})

test('a call carries no more bytes than it may', async () => {
  const { submit, calls } = laneOf(echo, { bytesPerCall: 2 })
  await Promise.all(['x', 'y', 'z'].map((name) => submit({ name })))
  expect(calls.map(({ names }) => names)).toEqual([['x', 'y'], ['z']])
})

const problem = new Problem({ status: 503, title: 'Unavailable', detail: 'busy' })

for (const [what, second] of [
  ['is busy', async (_, requests) => requests.map(() => ({ problem }))],
  ['has no database', async (_, requests) => requests.map(() => ({ elsewhere: 'away' }))],
  ['cannot be reached', () => Promise.reject(new CallFailure('notSent', 'refused'))],
] as const satisfies readonly [string, Call][]) {
  test(`a request that was lost once ends unknown where the next store ${what}`, async () => {
    const { submit, calls } = laneOf(
      (store, requests) =>
        calls.length === 1
          ? Promise.reject(new CallFailure('lost', 'reset'))
          : second(store, requests),
      { repeats: 2 },
    )
    expect(await statusOf(submit({ name: 'x' }))).toBe(504)
    expect(calls.length).toBeGreaterThan(1)
  })
}

test('a request that was lost once ends unknown where its repeat is still waiting', async () => {
  const gate = Promise.withResolvers<never>()
  const { lane, submit, calls } = laneOf(() => gate.promise)
  const end = statusOf(submit({ name: 'x' }))
  await vi.waitFor(() => expect(calls).toHaveLength(1))
  gate.reject(new CallFailure('lost', 'reset'))
  for (let n = 0; n < 100 && lane.figures.repeats === 0; n++) await Promise.resolve()
  lane[Symbol.dispose]()
  expect(await end).toBe(504)
  expect(calls).toHaveLength(1)
})
