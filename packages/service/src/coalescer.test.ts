import { expect, test } from 'vitest'

import { BehindError, Coalescer, type Connection, type ConnectionSource } from './coalescer.ts'
import { StatementError, statement, type Rows, type StatementFailure } from './statement.ts'

interface Sent {
  readonly name: string
  readonly values: readonly string[]
  readonly answer: () => void
  readonly fail: (failure: StatementFailure) => void
}

/** Connections whose statements wait until the test answers them. The answer echoes the values. */
class ScriptedConnections implements ConnectionSource {
  readonly size: number
  readonly sent: Sent[] = []
  readonly discarded: Connection[] = []
  reachable = true
  /** Connections asked for while this is set never come. */
  stalled = false
  /** Where the server is in the log. */
  positionOf: Connection['position'] = () =>
    Promise.reject(new StatementError('lost', new Error('scripted')))
  #idle: number

  constructor(size: number) {
    this.size = size
    this.#idle = size
  }

  acquire(): Promise<Connection> {
    if (!this.reachable) return Promise.reject(new Error('refused'))
    if (this.stalled) return new Promise(() => undefined)
    if (this.#idle === 0) return Promise.reject(new Error('more connections than there are'))
    this.#idle--
    return Promise.resolve({
      position: (atLeast) => this.positionOf(atLeast),
      run: ({ name }, given) =>
        new Promise<Rows>((resolve, reject) => {
          const values = given as string[]
          this.sent.push({
            name,
            values,
            answer: () => resolve(values.map((value) => [value])),
            fail: (failure) => reject(new StatementError(failure, new Error('scripted'))),
          })
        }),
    })
  }

  release(): void {
    this.#idle++
  }

  discard(connection: Connection): void {
    this.discarded.push(connection)
    this.#idle++
  }
}

function scene({ size = 1, queueLimit = 100, queueTimeout = 1_000 } = {}) {
  const connections = new ScriptedConnections(size)
  const clock = { now: 0 }
  const coalescer = new Coalescer({
    connections,
    queueLimit,
    queueTimeout,
    now: () => clock.now,
  })
  const laneAfter = (name: string, kind: 'read' | 'write', bytes = 1) =>
    coalescer.laneAfter<string, string>({
      statement: statement(name, 'select'),
      kind,
      bytes: () => bytes,
      bind: (requests) => [...requests],
      answers: (rows) => rows.map(([value]) => `answer to ${value}`),
    })
  const lane = (...named: Parameters<typeof laneAfter>) => {
    const submit = laneAfter(...named)
    return (request: string) => submit(request, 0)
  }
  return { connections, clock, coalescer, lane, laneAfter }
}

/** Lets everything that can happen happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

const statusOf = (promise: Promise<unknown>) =>
  promise.then(
    (answer) => answer,
    (error: { status?: number; failure?: string }) => error.status ?? error.failure,
  )

test('an idle connection sends at once, and what arrived together goes together', async () => {
  const { connections, lane } = scene()
  const read = lane('read', 'read')
  const answers = [read('a'), read('b')]
  await settle()
  expect(connections.sent.map(({ values }) => values)).toEqual([['a', 'b']])
  connections.sent[0]?.answer()
  expect(await Promise.all(answers)).toEqual(['answer to a', 'answer to b'])
})

test('a request never joins a statement that has been sent', async () => {
  const { connections, lane } = scene()
  const read = lane('read', 'read')
  void read('a')
  await settle()
  void read('b')
  void read('c')
  await settle()
  expect(connections.sent.map(({ values }) => values)).toEqual([['a']])
  connections.sent[0]?.answer()
  await settle()
  expect(connections.sent.map(({ values }) => values)).toEqual([['a'], ['b', 'c']])
})

test('several statements are in flight when there are several connections', async () => {
  const { connections, lane } = scene({ size: 2 })
  const read = lane('read', 'read')
  for (const value of ['a', 'b', 'c']) {
    void read(value)
    await settle()
  }
  expect(connections.sent.map(({ values }) => values)).toEqual([['a'], ['b']])
})

test('statements of different cost never share, and the longest waiting lane goes first', async () => {
  const { connections, clock, lane } = scene()
  const cheap = lane('cheap', 'read')
  const dear = lane('dear', 'read')
  void cheap('first')
  await settle()
  clock.now = 1
  void dear('b')
  clock.now = 2
  void cheap('c')
  void dear('d')
  for (const sent of [0, 1, 2]) {
    connections.sent[sent]?.answer()
    await settle()
  }
  expect(connections.sent.map(({ name, values }) => [name, values])).toEqual([
    ['cheap', ['first']],
    ['dear', ['b', 'd']],
    ['cheap', ['c']],
  ])
})

test('a statement carries 256 requests at most, and 1 MiB at most', async () => {
  const { connections, lane } = scene({ queueLimit: 1_000 })
  const small = lane('small', 'read')
  const large = lane('large', 'read', 400_000)
  for (let i = 0; i < 300; i++) void small(String(i))
  for (let i = 0; i < 3; i++) void large(String(i))
  for (let i = 0; i < 4; i++) {
    await settle()
    connections.sent[i]?.answer()
  }
  expect(connections.sent.map(({ values }) => values.length)).toEqual([256, 44, 2, 1])
})

test('one request larger than a statement may be goes by itself', async () => {
  const { connections, lane } = scene()
  void lane('huge', 'read', 5_000_000)('a')
  await settle()
  expect(connections.sent).toHaveLength(1)
})

test('a refused row is its own error, its neighbours are carried out', async () => {
  const { connections, lane } = scene()
  const write = lane('write', 'write')
  const answers = ['a', 'b', 'bad', 'd'].map((value) => statusOf(write(value)))
  for (let i = 0; i < 12; i++) {
    await settle()
    const sent = connections.sent[i]
    if (sent?.values.includes('bad') === true) sent.fail('refused')
    else sent?.answer()
  }
  expect(await Promise.all(answers)).toEqual([
    'answer to a',
    'answer to b',
    'refused',
    'answer to d',
  ])
  expect(connections.sent.map(({ values }) => values.join(''))).toEqual([
    'abbadd',
    'ab',
    'badd',
    'bad',
    'd',
  ])
})

test('a write whose connection is lost is unknown for each row and never sent again', async () => {
  const { connections, lane } = scene()
  const write = lane('write', 'write')
  const answers = [statusOf(write('a')), statusOf(write('b'))]
  await settle()
  connections.sent[0]?.fail('lost')
  expect(await Promise.all(answers)).toEqual([504, 504])
  await settle()
  expect(connections.sent).toHaveLength(1)
  expect(connections.discarded).toHaveLength(1)
})

test('the half of a write that was not sent when the connection broke is still carried out', async () => {
  const { connections, lane } = scene()
  const write = lane('write', 'write')
  const answers = ['a', 'b'].map((value) => statusOf(write(value)))
  await settle()
  connections.sent[0]?.fail('refused')
  await settle()
  connections.sent[1]?.fail('lost')
  await settle()
  connections.sent[2]?.answer()
  expect(await Promise.all(answers)).toEqual([504, 'answer to b'])
})

test('a read whose connection is lost is sent once more, and then given up', async () => {
  const { connections, lane } = scene()
  const read = lane('read', 'read')
  const answer = statusOf(read('a'))
  await settle()
  connections.sent[0]?.fail('lost')
  await settle()
  connections.sent[1]?.fail('lost')
  expect(await answer).toBe(503)
  expect(connections.sent).toHaveLength(2)
})

test('a deadlock is tried again as it was', async () => {
  const { connections, lane } = scene()
  const answer = lane('write', 'write')('a')
  await settle()
  connections.sent[0]?.fail('conflict')
  await settle()
  connections.sent[1]?.answer()
  expect(await answer).toBe('answer to a')
})

test('a statement that the server cancelled did not happen: 503, and it is not split', async () => {
  const { connections, lane } = scene()
  const write = lane('write', 'write')
  const answers = [statusOf(write('a')), statusOf(write('b'))]
  await settle()
  connections.sent[0]?.fail('unavailable')
  expect(await Promise.all(answers)).toEqual([503, 503])
  expect(connections.sent).toHaveLength(1)
})

test('the queue is bounded: one request too many is refused at once', async () => {
  const { lane } = scene({ queueLimit: 2 })
  const read = lane('read', 'read')
  void read('a')
  await settle()
  const answers = ['b', 'c', 'd'].map((value) => statusOf(read(value)))
  expect(await answers[2]).toBe(503)
})

test('an expired request is withdrawn and never sent', async () => {
  const { connections, clock, coalescer, lane } = scene({ queueTimeout: 50 })
  const read = lane('read', 'read')
  void read('a')
  await settle()
  const late = statusOf(read('b'))
  clock.now = 51
  coalescer.withdrawExpired()
  expect(await late).toBe(503)
  connections.sent[0]?.answer()
  await settle()
  expect(connections.sent).toHaveLength(1)
})

test('what expired while the process was stopped is not sent when it goes on', async () => {
  const { connections, clock, lane } = scene({ queueTimeout: 50 })
  const read = lane('read', 'read')
  void read('a')
  await settle()
  const late = statusOf(read('b'))
  clock.now = 10_000
  connections.sent[0]?.answer()
  expect(await late).toBe(503)
  expect(connections.sent).toHaveLength(1)
})

test('while the database cannot be reached requests are refused, then tried again', async () => {
  const { connections, clock, lane } = scene()
  const read = lane('read', 'read')
  connections.reachable = false
  expect(await statusOf(read('a'))).toBe(503)
  connections.reachable = true
  expect(await statusOf(read('b'))).toBe(503)
  clock.now = 1_000
  const answer = read('c')
  await settle()
  connections.sent[0]?.answer()
  expect(await answer).toBe('answer to c')
})

test('a connection that is slow to come does not keep the others from being used', async () => {
  const { connections, clock, lane } = scene({ size: 2 })
  const read = lane('read', 'read')
  connections.stalled = true
  const first = read('a')
  await settle()
  connections.stalled = false
  clock.now = 100
  const second = read('b')
  await settle()
  connections.sent[0]?.answer()
  expect(await Promise.all([first, second])).toEqual(['answer to a', 'answer to b'])
})

test('an answer that does not fit its statement fails the requests, not the process', async () => {
  const { connections, coalescer } = scene()
  const broken = coalescer.lane<string, string>({
    statement: statement('broken', 'select'),
    kind: 'read',
    bytes: () => 1,
    bind: (requests) => [...requests],
    answers: () => {
      throw new Error('a bug')
    },
  })
  const answer = statusOf(broken('a'))
  await settle()
  connections.sent[0]?.answer()
  expect(await answer).toBe('broken')
})

test('figures tell how many requests share statements and how long they waited', async () => {
  const { connections, clock, coalescer, lane } = scene()
  const read = lane('read', 'read')
  void read('a')
  await settle()
  void read('b')
  void read('c')
  expect(coalescer.figures().waiting).toBe(2)
  clock.now = 500
  connections.sent[0]?.answer()
  await settle()
  expect(coalescer.figures()).toEqual({
    waiting: 0,
    waited: { seconds: 1, count: 3 },
    lanes: [{ name: 'read', requests: 3, statements: 2 }],
  })
})

test('who must see what the server does not show yet is told so, and those beside it are answered', async () => {
  const { connections, laneAfter } = scene()
  const read = laneAfter('read', 'read')
  connections.positionOf = () => Promise.resolve(100)
  const old = read('old', 100)
  const young = read('young', 101)
  const anybody = read('anybody', 0)
  await expect(young).rejects.toBeInstanceOf(BehindError)
  expect(connections.sent.map(({ values }) => values)).toEqual([['old', 'anybody']])
  connections.sent[0]?.answer()
  expect(await Promise.all([old, anybody])).toEqual(['answer to old', 'answer to anybody'])
})

test('who must see nothing in particular costs no look at the log', async () => {
  const { connections, lane } = scene()
  const read = lane('read', 'read')('any')
  await settle()
  connections.sent[0]?.answer()
  expect(await read).toBe('answer to any')
})
