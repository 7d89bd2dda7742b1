import { expect, test } from 'vitest'
import { noTimes } from '@plimsoll/record'
import { generatorCaveats } from './generator-caveats.ts'
import { fixtureChecks, partRow } from './record-fixture.ts'
import { saturation } from './saturation.ts'
import { Histogram } from '@plimsoll/statistics'

const seconds = [0, 1, 2, 3]
const rows = (...parts: ReturnType<typeof partRow>[]) =>
  seconds.flatMap((second) => parts.map((row) => ({ ...row, second })))
const callers = { pool_busy_share: 1, pool_waiting: 40, pool_wait_ms: 300 }

test('an API starved of CPU is named, with the evidence', () => {
  const found = saturation(
    rows(
      partRow('api', { cpu_share: 0.98, throttled_share: 0.6, pool_busy_share: 0.3 }),
      partRow('database', { cpu_share: 0.35 }),
    ),
  )
  expect(found).toEqual({
    part: 'api',
    resource: 'cpu',
    busy_share: 0.98,
    words:
      'The CPU of api ran out: 0.122 of 0.125 cores used by each process (98 %), held back 60 % of the time; database at 35 %.',
  })
})

test('a database starved of CPU is named, although the pool of the API is full of waiting requests', () => {
  const found = saturation(
    rows(
      partRow('api', { cpu_share: 0.4, ...callers }),
      partRow('database', { cpu_share: 0.97, throttled_share: 0.5 }),
    ),
  )
  expect([found?.part, found?.resource]).toEqual(['database', 'cpu'])
})

test('a pool that is too small is named while no CPU is at its limit', () => {
  const found = saturation(
    rows(partRow('api', { cpu_share: 0.4, ...callers }), partRow('database', { cpu_share: 0.2 })),
  )
  expect([found?.part, found?.resource, found?.busy_share]).toEqual(['api', 'pool', 1])
  expect(found?.words).toContain('40 requests waiting 300 ms')
  expect(found?.words).toContain('no CPU was above 40 %')
})

test('of several instances the part is judged by their mean', () => {
  const found = saturation(
    rows(
      partRow('api', { cpu_share: 0.9, instance: 0 }),
      partRow('api', { cpu_share: 0.98, instance: 1 }),
      partRow('database', { cpu_share: 0.8 }),
    ),
  )
  expect(found).toMatchObject({ part: 'api', resource: 'cpu' })
  expect(found?.busy_share).toBeCloseTo(0.94)
})

test('an event loop that is late without any of these is named last', () => {
  const found = saturation(
    rows(
      partRow('api', { limit_cores: null, cpu_cores: 0.5, event_loop_delay_p99_ms: 400 }),
      partRow('database', { cpu_share: 0.2 }),
    ),
  )
  expect([found?.part, found?.resource]).toEqual(['api', 'event-loop'])
})

test('nothing is named when nothing ran out, nor is the laboratory itself', () => {
  expect(saturation(rows(partRow('api', {}), partRow('database', {})))).toBeNull()
  expect(saturation(rows(partRow('generator', { cpu_share: 1 })))).toBeNull()
  expect(saturation([])).toBeNull()
})

test('a generator at its limit forbids the verdict holds', () => {
  const row = partRow('generator', { cpu_cores: 0.97, limit_cores: null })
  const found = generatorCaveats({ spans: [[row]], held: [], reasons: [], checks: fixtureChecks })
  expect(found).toMatchObject([{ code: 'generator-saturated', forbids_holds: true }])
})

test('requests sent long after they were due forbid it too', () => {
  const late = (ms: number) => {
    const lateness = new Histogram()
    lateness.record(1_000, 900)
    lateness.record(ms * 1_000, 100)
    const actions = new Map([['GET /', { ...noTimes(), lateness }]])
    const held = [{ ...stretch, actions }]
    const rest = { spans: [], reasons: [], checks: fixtureChecks }
    return generatorCaveats({ ...rest, held }).map((one) => one.code)
  }
  expect(late(90)).toEqual(['not-sent-as-planned'])
  expect(late(15)).toEqual([])
})

test('what failed because the generator ran out of files or ports shows nothing of the system', () => {
  const caveats = (reason: string) =>
    generatorCaveats({
      spans: [],
      held: [],
      reasons: ['GET /a', 'GET /b'].map((action) => ({
        action,
        outcome: 'failed',
        reason,
        count: 3,
      })),
      checks: fixtureChecks,
    })
  expect(caveats('too many open files')).toMatchObject([
    { code: 'generator-out-of-files', forbids_holds: true },
  ])
  expect(caveats('no free port')[0]?.text).toMatch(/^6 × the load generator itself could not send/)
  expect(caveats('status 503')).toEqual([])
})

const stretch = {
  kind: 'step',
  name: 'rung 1',
  rung: 1,
  sessions_per_second: 1,
  from_second: 0,
  counted_from_second: 0,
  to_second: 4,
  measured: true,
} as const
