import { expect, test } from 'vitest'
import {
  hold,
  iterations,
  perSecond,
  persona,
  ramp,
  seconds,
  sessions,
  workload,
  type Shape,
} from '@plimsoll/workload'
import { MergedBatches } from './merged-batches.ts'
import { simulation } from './simulation.ts'

/** Every request of a load that so many workers share, as `due session` lines in order; what is played of it. */
async function sharedBy(workers: number, shape: Shape, maxSessions = 10_000) {
  const visitor = persona({
    why: 'tells which session it is',
    live: async ({ http, session }) => void (await http.get('/a', { query: { session } })),
  })
  const load = workload({
    personas: { visitor },
    mix: { visitor: 1 },
    phases: { only: { shape } },
    maxSessions,
  })
  const lines: string[] = []
  const next: number[] = []
  for (let index = 0; index < workers; index += 1) {
    const run = simulation({
      workload: load,
      seed: 5,
      shard: { index, of: workers },
      serve: () => ({ after: 40, status: 200 }),
    })
    const whole = { from: 'phase', phase: 'only', level: 1, duration: 1 } as const
    const played = await run.play({ ...whole, first_session: 1_000, second: 0 })
    next.push(played.next_session)
    lines.push(
      ...run.requests.map(
        (text, n) => `${run.arrivedAt[n]} ${/session=(\d+)/.exec(text)?.[1] ?? ''}`,
      ),
    )
  }
  return { requests: lines.toSorted(), next_session: Math.max(...next) }
}

test.each<[string, Shape]>([
  ['Poisson arrivals', ramp({ from: perSecond(10), to: perSecond(200), over: seconds(20) })],
  ['even arrivals', hold({ at: perSecond(101), for: seconds(9), spacing: 'even' })],
  ['so many at once', hold({ at: sessions(24), for: seconds(2) })],
  ['a share for each', iterations({ sessions: 24, each: 7, within: seconds(60) })],
  ['a pile for all', iterations({ sessions: 24, total: 240, within: seconds(60) })],
])(
  '%s: eight workers send what one would, the same sessions at the same instants',
  async (_, shape) => {
    const one = await sharedBy(1, shape)
    expect(one.requests.length).toBeGreaterThan(100)
    for (const workers of [2, 8]) {
      const shared = await sharedBy(workers, shape)
      // Of a closed load the numbers are handed out as places become free: the instants are the same.
      expect(shared.requests).toEqual(one.requests)
      expect(shared.next_session).toBe(one.next_session)
    }
  },
)

test('sessions at most and a level that does not divide are shared out without a rest', async () => {
  const shape = hold({ at: sessions(11), for: seconds(1) })
  const alive = async (workers: number, most: number) =>
    (await sharedBy(workers, shape, most)).requests.filter((line) => line.startsWith('0 ')).length
  for (const workers of [1, 3, 8]) {
    expect(await alive(workers, 10_000)).toBe(11)
    expect(await alive(workers, 7)).toBe(7)
  }
})

test('batches of workers become one stream: one index for an action, alive in all', () => {
  const merged = new MergedBatches(2)
  const batch = (names: string[], action: number[], alive: number, at_second: number) => ({
    at_second,
    new_actions: names,
    due: {
      count: action.length,
      second: new Uint32Array(action.length),
      action: Uint16Array.from(action),
      due: new Uint32Array(action.length).fill(1),
    },
    samples: {
      count: action.length,
      second: new Uint32Array(action.length),
      action: Uint16Array.from(action),
      outcome: new Uint8Array(action.length),
      lateness_us: new Uint32Array(action.length),
      service_us: new Uint32Array(action.length),
    },
    timings: {
      count: 0,
      sample: new Uint32Array(0),
      connect_us: new Uint32Array(0),
      tls_us: new Uint32Array(0),
      receive_us: new Uint32Array(0),
    },
    reasons: [],
    sessions: {
      started: 0,
      ended: 0,
      cut_short: 0,
      dropped: 0,
      alive,
      errors: [],
      lengths_ms: new Float64Array(0),
    },
    health: [{ cpu_cores: 0.5, event_loop_delay_p99_ms: alive, memory_bytes: 10 }],
  })
  const first = merged.merge(0, batch(['a', 'b'], [0, 1], 3, 2))
  expect(first).toMatchObject({ new_actions: ['a', 'b'], at_second: 0 })
  const second = merged.merge(1, batch(['b', 'c', 'a'], [0, 1, 2], 4, 1))
  expect(second).toMatchObject({ new_actions: ['c'], at_second: 1 })
  expect([...second.samples.action]).toEqual([1, 2, 0])
  expect([...second.due.action]).toEqual([1, 2, 0])
  expect(second.sessions.alive).toBe(7)
  expect(second.health.map((one) => one.event_loop_delay_p99_ms)).toEqual([3, 4])
})
