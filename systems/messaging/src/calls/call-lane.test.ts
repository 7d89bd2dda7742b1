import { Problem } from '@plimsoll/service'
import { expect, onTestFinished, test, vi } from 'vitest'

import { CallFailure } from './call-failure.ts'
import { CallLane, type Told } from './call-lane.ts'
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
    queueLimit?: number
    bytesPerCall?: number
  } = {},
) {
  const {
    stores = ['a', 'b'],
    repeats = 10,
    within = 1_000,
    queueLimit = 100,
    bytesPerCall = 1_000,
  } = options
  const now = () => performance.now()
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
    within,
    now,
  })
  onTestFinished(() => lane[Symbol.dispose]())
  return { lane, calls, roster }
}

const echo: Call = async (_, requests) => requests.map(({ name }) => ({ answer: name }))
const statusOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 200,
    (error: unknown) => (error instanceof Problem ? error.status : error),
  )

test('requests that arrive together share a call, and each has its own answer', async () => {
  const { lane, calls } = laneOf(echo)
  const answers = await Promise.all(['x', 'y', 'z'].map((name) => lane.submit({ name })))
  expect(answers).toEqual(['x', 'y', 'z'])
  expect(calls.map(({ names }) => names)).toEqual([['x', 'y', 'z']])
})

test('while every store is busy requests gather for the next call', async () => {
  const gate = Promise.withResolvers<void>()
  const { lane, calls } = laneOf(
    async (store, requests) => {
      await gate.promise
      return await echo(store, requests)
    },
    { stores: ['a'] },
  )
  const first = lane.submit({ name: 'first' })
  await new Promise((resolve) => setImmediate(resolve))
  const rest = ['x', 'y'].map((name) => lane.submit({ name }))
  gate.resolve()
  await Promise.all([first, ...rest])
  expect(calls.map(({ names }) => names)).toEqual([['first'], ['x', 'y']])
})

test('more stores take more calls only where there is enough for each', async () => {
  const gate = Promise.withResolvers<void>()
  const { lane, calls } = laneOf(
    async (store, requests) => {
      await gate.promise
      return await echo(store, requests)
    },
    { stores: ['a', 'b', 'c', 'd'] },
  )
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const all: Promise<string>[] = []
  for (const name of ['x', 'y', 'few']) {
    all.push(lane.submit({ name }))
    await turn()
  }
  expect(calls.map(({ names }) => names)).toEqual([['x'], ['y']])
  for (let n = 1; n < 32; n += 1) all.push(lane.submit({ name: String(n) }))
  await turn()
  expect(calls.map(({ names }) => names.length)).toEqual([1, 1, 32])
  gate.resolve()
  expect(await Promise.all(all)).toHaveLength(34)
})

test('what a failed call leaves open is repeated at another store where that is harmless', async () => {
  const { lane, calls } = laneOf(async (store, requests) => {
    if (calls.length === 1) throw new CallFailure('lost', 'reset')
    return await echo(store, requests)
  })
  const ends = await Promise.all([
    statusOf(lane.submit({ name: 'safe' })),
    statusOf(lane.submit({ name: 'unsafe', isRepeatable: false })),
  ])
  expect(ends).toEqual([200, 504])
  expect(calls.map(({ names }) => names)).toEqual([['safe', 'unsafe'], ['safe']])
  expect(new Set(calls.map(({ store }) => store)).size).toBe(2)
})

test('repeats keep their order', async () => {
  const { lane, calls } = laneOf(async (store, requests) => {
    if (calls.length === 1) throw new CallFailure('lost', 'reset')
    return await echo(store, requests)
  })
  await Promise.all(['x', 'y', 'z'].map((name) => lane.submit({ name })))
  expect(calls.map(({ names }) => names)).toEqual([
    ['x', 'y', 'z'],
    ['x', 'y', 'z'],
  ])
})

test('what was never sent is repeated whatever it is', async () => {
  const { lane, calls } = laneOf(async (store, requests) => {
    if (calls.length === 1) throw new CallFailure('notSent', 'refused')
    return await echo(store, requests)
  })
  expect(await statusOf(lane.submit({ name: 'x', isRepeatable: false }))).toBe(200)
})

test('a spent budget ends the repeats', async () => {
  const { lane, calls } = laneOf(() => Promise.reject(new CallFailure('notSent', 'refused')), {
    repeats: 3,
  })
  expect(await statusOf(lane.submit({ name: 'x' }))).toBe(503)
  expect(calls).toHaveLength(4)
})

test('a request that no store can take in time is withdrawn', async () => {
  const { lane } = laneOf(() => new Promise(() => {}), { stores: ['a'], within: 100 })
  const stuck = lane.submit({ name: 'stuck' })
  stuck.catch(() => {})
  await new Promise((resolve) => setImmediate(resolve))
  expect(await statusOf(lane.submit({ name: 'late' }))).toBe(503)
})

test('a full queue refuses', async () => {
  const { lane } = laneOf(() => new Promise(() => {}), { stores: ['a'], queueLimit: 1 })
  lane.submit({ name: 'waiting' }).catch(() => {})
  expect(await statusOf(lane.submit({ name: 'over' }))).toBe(503)
})

test('a store that leaves a request open is asked again, one that refuses it is not', async () => {
  const problem = new Problem({ status: 400, title: 'Bad request', detail: 'no' })
  const { lane, calls } = laneOf(async (_, requests) =>
    requests.map(({ name }) =>
      name === 'bad' ? { problem } : calls.length === 1 ? { unknown: '?' } : { answer: name },
    ),
  )
  const ends = await Promise.all([
    statusOf(lane.submit({ name: 'bad' })),
    statusOf(lane.submit({ name: 'open' })),
  ])
  expect(ends).toEqual([400, 200])
  expect(calls.map(({ names }) => names)).toEqual([['bad', 'open'], ['open']])
})

test('a call that cannot be answered is not repeated and leaves its store in use', async () => {
  const { lane, calls, roster } = laneOf(() =>
    Promise.reject(new CallFailure('answered', 'too large')),
  )
  expect(await statusOf(lane.submit({ name: 'x' }))).toBe(504)
  expect([calls.length, roster.ejections]).toEqual([1, 0])
})

test('a call carries no more bytes than it may', async () => {
  const { lane, calls } = laneOf(echo, { bytesPerCall: 2 })
  await Promise.all(['x', 'y', 'z'].map((name) => lane.submit({ name })))
  expect(calls.map(({ names }) => names)).toEqual([['x', 'y'], ['z']])
})

const problem = new Problem({ status: 503, title: 'Unavailable', detail: 'busy' })

for (const [what, second] of [
  ['is busy', async (_, requests) => requests.map(() => ({ problem }))],
  ['cannot be reached', () => Promise.reject(new CallFailure('notSent', 'refused'))],
] as const satisfies readonly [string, Call][]) {
  test(`a request that was lost once ends unknown where the next store ${what}`, async () => {
    const { lane, calls } = laneOf(
      (store, requests) =>
        calls.length === 1
          ? Promise.reject(new CallFailure('lost', 'reset'))
          : second(store, requests),
      { repeats: 2 },
    )
    expect(await statusOf(lane.submit({ name: 'x' }))).toBe(504)
    expect(calls.length).toBeGreaterThan(1)
  })
}

test('a request that was lost once ends unknown where its repeat is still waiting', async () => {
  const gate = Promise.withResolvers<never>()
  const { lane, calls } = laneOf(() => gate.promise)
  const end = statusOf(lane.submit({ name: 'x' }))
  await vi.waitFor(() => expect(calls).toHaveLength(1))
  gate.reject(new CallFailure('lost', 'reset'))
  for (let n = 0; n < 100 && lane.figures.repeats === 0; n++) await Promise.resolve()
  lane[Symbol.dispose]()
  expect(await end).toBe(504)
  expect(calls).toHaveLength(1)
})
