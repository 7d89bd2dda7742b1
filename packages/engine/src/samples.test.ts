import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { SampleBatch } from '@plimsoll/record'
import { Samples } from './samples.ts'

function collector(capacity?: number) {
  const batches: SampleBatch[] = []
  const samples = new Samples({
    clock: { now: () => 5_000, beganAt: 1_000 },
    // The columns are used again, so what is kept must be copied, as a channel does.
    emit: (batch) => batches.push(structuredClone(batch)),
    health: () => ({ cpu_cores: 0.5, event_loop_delay_p99_ms: 1, memory_bytes: 1 }),
    ...(capacity === undefined ? {} : { capacity }),
  })
  return { samples, batches }
}

const ended = {
  action: 0,
  outcome: 'ok',
  lateness: 0.0004,
  service: 12.3456,
  timings: null,
} as const

test('a full batch leaves early, so that memory stays bounded', () => {
  const { samples, batches } = collector(4)
  samples.indexOf('GET /a')
  for (let n = 0; n < 10; n += 1) samples.hasEnded({ ...ended, due: 1_000 + n * 500 })
  samples.flush()
  expect(batches.map((batch) => batch.samples.count)).toEqual([4, 4, 2])
  expect(batches.flatMap((batch) => [...batch.samples.second])).toEqual([
    0, 0, 1, 1, 2, 2, 3, 3, 4, 4,
  ])
  expect(batches[0]?.new_actions).toEqual(['GET /a'])
  expect(batches[1]?.new_actions).toEqual([])
})

test('times are whole microseconds and cannot wrap round', () => {
  const { samples, batches } = collector()
  samples.hasEnded({ ...ended, due: 1_000 })
  samples.hasEnded({ ...ended, due: 1_000, lateness: -1, service: 1e12 })
  samples.flush()
  expect([...(batches[0]?.samples.lateness_us ?? [])]).toEqual([0, 0])
  expect([...(batches[0]?.samples.service_us ?? [])]).toEqual([12_346, 4_294_967_295])
})

test('due actions are counted by second, however they alternate', () => {
  const { samples, batches } = collector()
  const [a, b] = [samples.indexOf('a'), samples.indexOf('b')]
  for (const [action, due] of [
    [a, 1_100],
    [b, 2_100],
    [a, 1_200],
    [b, 2_200],
    [b, 2_300],
  ] as const) {
    samples.isDue(action, due)
  }
  samples.flush()
  const counts = new Map<string, number>()
  const { due } = batches[0] as SampleBatch
  for (let row = 0; row < due.count; row += 1) {
    const key = `${due.second[row]} ${due.action[row]}`
    counts.set(key, (counts.get(key) ?? 0) + (due.due[row] ?? 0))
  }
  expect(Object.fromEntries(counts)).toEqual({ '0 0': 2, '1 1': 3 })
})

test('a persona that invents names and reasons cannot fill the memory', () => {
  const { samples, batches } = collector()
  for (let n = 0; n < 5_000; n += 1) {
    samples.isDue(samples.indexOf(`GET /${n}`), 1_000)
    samples.hasReason('GET /', 'failed', `reason ${n}`)
  }
  samples.flush()
  expect(batches[0]?.new_actions).toHaveLength(1_001)
  expect(batches[0]?.reasons).toHaveLength(1_001)
  const due = batches[0]?.due.due ?? []
  expect([...due].reduce((sum, count) => sum + count, 0)).toBe(5_000)
})

test('an hour of samples leaves no more than 10 MB behind', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let [now, seen] = [0, 0]
  const samples = new Samples({
    clock: { now: () => now, beganAt: 0 },
    emit: (batch) => (seen += batch.samples.count),
    health: () => ({ cpu_cores: 0.5, event_loop_delay_p99_ms: 1, memory_bytes: 1 }),
  })
  const actions = ['GET /a', 'GET /b', 'POST /c'].map((name) => samples.indexOf(name))
  const playSecond = (second: number) => {
    for (let n = 0; n < 1_000; n += 1) {
      now = second * 1_000 + n
      const action = actions[n % actions.length] as number
      samples.sessions.hasStarted()
      samples.isDue(action, now)
      samples.hasEnded({ ...ended, action, due: now, service: (n * second) % 3_000 })
      if (n % 100 === 0) samples.hasReason('GET /a', 'failed', `status ${500 + (n % 7)}`)
      samples.sessions.hasEnded(n)
      if (n % 200 === 199) samples.flush()
    }
  }
  const used = () => {
    // Buffers are freed beside the program: only the next collection waits until they are.
    collect()
    collect()
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
  }
  for (let second = 0; second < 10; second += 1) playSecond(second)
  const before = used()
  for (let second = 10; second < 3_610; second += 1) playSecond(second)
  expect(used() - before).toBeLessThan(10_000_000)
  expect(seen).toBe(3_610_000)
})
