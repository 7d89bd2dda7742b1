import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { noTimings, Recorder, type SampleBatch } from './index.ts'

interface Row {
  readonly second: number
  readonly action: number
  readonly outcome: number
  readonly lateness_us: number
  readonly service_us: number
}

function batch(rows: readonly Row[], given: Partial<SampleBatch> = {}): SampleBatch {
  const column = (name: keyof Row) => rows.map((row) => row[name])
  return {
    at_second: 0,
    new_actions: [],
    due: { count: 0, second: new Uint32Array(), action: new Uint16Array(), due: new Uint32Array() },
    samples: {
      count: rows.length,
      second: Uint32Array.from(column('second')),
      action: Uint16Array.from(column('action')),
      outcome: Uint8Array.from(column('outcome')),
      lateness_us: Uint32Array.from(column('lateness_us')),
      service_us: Uint32Array.from(column('service_us')),
    },
    timings: noTimings,
    reasons: [],
    sessions: {
      started: 0,
      ended: 0,
      cut_short: 0,
      dropped: 0,
      alive: 0,
      errors: [],
      lengths_ms: new Float64Array(),
    },
    health: [],
    ...given,
  }
}

const ok = { action: 0, outcome: 0, lateness_us: 100, service_us: 900 }
const step = {
  kind: 'step' as const,
  name: 'rung 3',
  sessions_per_second: 10,
  measured: true,
  from_second: 0,
  counted_from_second: 2,
  to_second: 5,
}

test('a late answer belongs to the second in which its action was due', () => {
  const recorder = new Recorder()
  recorder.absorb(batch([{ ...ok, second: 1 }], { new_actions: ['GET /reviews'], at_second: 1 }))
  recorder.absorb(batch([{ ...ok, second: 1, service_us: 4_900 }], { at_second: 6 }))
  const action = recorder.seconds[1]?.actions.get('GET /reviews')
  expect(action?.ok).toBe(2)
  expect(action?.response_time.max_us).toBeGreaterThanOrEqual(5_000)
  expect(recorder.seconds).toHaveLength(7)
})

test('what is due and has not ended can be told from what has', () => {
  const recorder = new Recorder()
  const due = {
    count: 1,
    second: Uint32Array.of(0),
    action: Uint16Array.of(0),
    due: Uint32Array.of(3),
  }
  recorder.absorb(batch([{ ...ok, second: 0 }], { new_actions: ['GET /'], due }))
  expect(recorder.seconds[0]?.actions.get('GET /')).toMatchObject({ due: 3, ok: 1, failed: 0 })
})

test('service time and lateness are kept for the counted part of a stretch only', () => {
  const recorder = new Recorder()
  const stretch = recorder.begin(step)
  recorder.absorb(
    batch(
      [
        { ...ok, second: 1 },
        { ...ok, second: 2 },
      ],
      { new_actions: ['GET /'] },
    ),
  )
  const times = stretch.actions.get('GET /')
  expect(times?.lateness.count).toBe(1)
  expect(times?.service_time.count).toBe(1)
})

test('how far the engine has told is the time of its last batch, not of the clock', () => {
  const recorder = new Recorder()
  expect(recorder.told_until_second).toBe(0)
  recorder.absorb(batch([], { at_second: 3.4 }))
  expect(recorder.told_until_second).toBe(3.4)
})

test('failures have no response time', () => {
  const recorder = new Recorder()
  recorder.absorb(batch([{ ...ok, second: 0, outcome: 1 }], { new_actions: ['GET /'] }))
  const action = recorder.seconds[0]?.actions.get('GET /')
  expect(action).toMatchObject({ ok: 0, failed: 1 })
  expect(action?.response_time.count).toBe(0)
})

test('reasons are counted, and a flood of different ones stays bounded', () => {
  const recorder = new Recorder()
  const reason = { action: 'GET /', outcome: 'failed' as const, reason: 'status 503', count: 2 }
  recorder.absorb(batch([], { reasons: [reason, reason] }))
  expect(recorder.reasons).toEqual([{ ...reason, count: 4 }])
  const flood = Array.from({ length: 1_000 }, (_, n) => ({
    ...reason,
    reason: `odd ${n}`,
    count: 1,
  }))
  recorder.absorb(batch([], { reasons: flood }))
  expect(recorder.reasons.length).toBeLessThanOrEqual(201)
  expect(recorder.reasons.reduce((sum, { count }) => sum + count, 0)).toBe(1_004)
})

test('a service time is taken apart where it has parts, and is all wait where it has none', () => {
  const recorder = new Recorder()
  const stretch = recorder.begin({ ...step, counted_from_second: 0 })
  const rows = [0, 1, 2].map(() => ({ ...ok, second: 2 }))
  const timings = {
    count: 1,
    sample: Uint32Array.of(1),
    connect_us: Uint32Array.of(200),
    tls_us: Uint32Array.of(300),
    receive_us: Uint32Array.of(0),
  }
  recorder.absorb(batch(rows, { new_actions: ['GET /'], timings }))
  const times = stretch.actions.get('GET /')!
  expect([times.connect.max_us, times.tls.max_us, times.receive.count]).toEqual([200, 300, 0])
  expect([times.wait.count, times.wait.countAbove(400)]).toEqual([3, 2])
})

test('an hour of three actions takes no more than 60 MB, and late answers are still counted', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = () => {
    // Buffers are freed beside the program: only the next collection waits until they are.
    collect()
    collect()
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
  }
  const recorder = new Recorder()
  const before = used()
  for (let second = 0; second < 3_600; second += 1) {
    const rows = Array.from({ length: 300 }, (_, n) => ({
      ...ok,
      second,
      action: n % 3,
      service_us: 1_000 + ((n * 7_919 + second * 104_729) % 2_000_000),
    }))
    const new_actions = second === 0 ? ['GET /a', 'GET /b', 'POST /c'] : []
    recorder.absorb(batch(rows, { new_actions, at_second: second }))
  }
  expect(used() - before).toBeLessThan(60_000_000)
  recorder.absorb(batch([{ ...ok, second: 100 }], { at_second: 3_600 }))
  const { response_time } = recorder.seconds[100]!.actions.get('GET /a')!
  expect([response_time.count, response_time.min_us]).toEqual([101, 1_000])
})
