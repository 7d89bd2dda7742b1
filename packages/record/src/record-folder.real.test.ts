import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Histogram } from '@plimsoll/statistics'
import {
  readExperiment,
  readLedger,
  RecordFolder,
  type Environment,
  type Plan,
  type RunRecord,
  type SecondRecord,
  noTimes,
} from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-record-'))
})
afterEach(() => rm(folder, { recursive: true }))

const plan = {
  format: 'plimsoll-plan/1',
  experiment: 'reviews',
  personas: [],
  setup: [],
  pauses_share: 1,
} as unknown as Plan
const environment = { cores: 2 } as Environment

function times(...values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

function second(number: number): SecondRecord {
  const response_time = times(1_000 + number, 2_000_000)
  const counts = { due: 3, ok: 2, failed: 1, unknown: 0, dropped: 0 }
  return {
    second: number,
    sessions_alive: number * 2,
    actions: new Map([['GET /reviews', { ...counts, response_time }]]),
  }
}

function runRecord(): RunRecord {
  const step = {
    kind: 'step' as const,
    name: 'rung 3',
    rung: 3,
    sessions_per_second: 10,
    measured: true,
    from_second: 0,
    counted_from_second: 2,
    to_second: 40,
    verdict: 'holds' as const,
  }
  const action = { ...noTimes(), service_time: times(900), lateness: times(100) }
  return {
    configuration: 'single',
    repeat: 1,
    started_at: '2026-11-20T00:00:00Z',
    balancer: 'none',
    seconds: Array.from({ length: 40 }, (_, n) => second(n)),
    stretches: [
      {
        ...step,
        actions: new Map([['GET /reviews', action]]),
      },
    ],
    parts: [
      {
        second: 0,
        part: 'api',
        instance: 0,
        cpu_cores: 0.1,
        limit_cores: 0.125,
        throttled_share: 0.5,
        memory_bytes: 1e3,
      },
    ],
    sessions: {
      started: 5,
      ended: 4,
      cut_short: 1,
      dropped: 0,
      errors: ['workload.ts:3'],
    },
    reasons: [],
    invariants: [],
    caveats: [],
  }
}

test('what is read back is what was written, histograms to the last count', async () => {
  const records = new RecordFolder(folder)
  await records.writePlan(plan, environment)
  const run = runRecord()
  await using writer = await records.openRun(run)
  await writer.close()
  const read = await readExperiment(folder)
  expect(read.plan).toEqual(plan)
  expect(read.environment).toEqual(environment)
  const [found] = read.runs
  expect(found?.seconds).toHaveLength(40)
  const action = found?.seconds[7]?.actions.get('GET /reviews')
  expect(action).toMatchObject({ due: 3, ok: 2, failed: 1 })
  expect(action?.response_time.encode()).toEqual(times(1_007, 2_000_000).encode())
  const step = found?.stretches[0]?.actions.get('GET /reviews')
  expect(step?.service_time.encode()).toEqual(times(900).encode())
  expect(step?.lateness.encode()).toEqual(times(100).encode())
  expect(found?.parts).toEqual(run.parts)
  expect(found?.sessions).toEqual(run.sessions)
})

test('a run that was cut off is read as far as it got', async () => {
  const records = new RecordFolder(folder)
  await records.writePlan(plan, environment)
  await using writer = await records.openRun(runRecord())
  await writer.write()
  const [found] = (await readExperiment(folder)).runs
  expect(found?.seconds.length).toBeGreaterThan(0)
  expect(found?.seconds.length).toBeLessThan(40)
  expect(found?.stretches[0]?.verdict).toBe('holds')
})

test('an answer that came after its second was written is read back as well', async () => {
  const records = new RecordFolder(folder)
  await records.writePlan(plan, environment)
  const run = runRecord()
  await using writer = await records.openRun(run)
  await writer.write()
  const late = run.seconds[2]!.actions.get('GET /reviews')!
  late.unknown += 1
  late.response_time.record(35_000_000)
  await writer.close()
  const [found] = (await readExperiment(folder)).runs
  const action = found?.seconds[2]?.actions.get('GET /reviews')
  expect(action).toMatchObject({ ok: 2, unknown: 1 })
  expect(action?.response_time.encode()).toEqual(times(1_002, 2_000_000, 35_000_000).encode())
  const step = found?.stretches[0]?.actions.get('GET /reviews')
  expect([found?.seconds.length, step?.service_time.count]).toEqual([40, 1])
})

test('a half-written last line is left out', async () => {
  const records = new RecordFolder(folder)
  await records.writePlan(plan, environment)
  await using writer = await records.openRun(runRecord())
  await writer.close()
  const timeline = join(folder, 'runs/single-1/timeline.ndjson')
  const text = await readFile(timeline, 'utf8')
  await writeFile(timeline, text.slice(0, -20))
  expect((await readExperiment(folder)).runs[0]?.seconds).toHaveLength(39)
})

test('a histogram cut off is left out, and the rest is read', async () => {
  const records = new RecordFolder(folder)
  await records.writePlan(plan, environment)
  await using writer = await records.openRun(runRecord())
  await writer.close()
  const file = join(folder, 'runs/single-1/histograms.hlog')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.slice(0, -20))
  const [found] = (await readExperiment(folder)).runs
  expect(found?.seconds[39]?.actions.get('GET /reviews')?.response_time.count).toBe(2)
})

test('response times find their action again, whatever its name', async () => {
  const records = new RecordFolder(folder)
  await records.writePlan(plan, environment)
  const run = runRecord()
  const name = 'GET /tiles/1,2|3'
  for (const { actions } of run.seconds) actions.set(name, actions.get('GET /reviews')!)
  const [step] = run.stretches
  step?.actions.set(name, step.actions.get('GET /reviews')!)
  await using writer = await records.openRun(run)
  await writer.close()
  const [found] = (await readExperiment(folder)).runs
  expect(found?.seconds[7]?.actions.get(name)?.response_time.count).toBe(2)
  expect(found?.stretches[0]?.actions.get(name)?.lateness.count).toBe(1)
})

test('a folder without a plan is refused with what was expected', async () => {
  await expect(readExperiment(folder)).rejects.toMatchObject({ code: 'record-unreadable' })
})

test('a promise without an end is unknown, and short answers come back', async () => {
  const file = join(folder, 'ledger.ndjson')
  const lines = [
    { entry: 'intent', kind: 'review', key: 'a', about: { product_id: 1 } },
    { entry: 'intent', kind: 'review', key: 'b', about: {} },
    {
      entry: 'outcome',
      kind: 'review',
      key: 'a',
      outcome: 'ok',
      status: 201,
      answer: { review_id: 7 },
    },
  ]
  await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"entry":"inte`)
  expect(await readLedger(file)).toEqual([
    { kind: 'review', key: 'a', about: { product_id: 1 }, outcome: 'ok', answer: { review_id: 7 } },
    { kind: 'review', key: 'b', about: {}, outcome: 'unknown' },
  ])
  expect(await readLedger(join(folder, 'none.ndjson'))).toEqual([])
})

test('a promise asked for twice is as strong as its strongest end', async () => {
  const file = join(folder, 'ledger.ndjson')
  const intent = (key: string) => ({ entry: 'intent', kind: 'review', key, about: {} })
  const ended = (key: string, outcome: string) => ({
    entry: 'outcome',
    kind: 'review',
    key,
    outcome,
    status: 0,
  })
  const lines = [
    intent('kept'),
    ended('kept', 'ok'),
    intent('kept'),
    ended('kept', 'failed'),
    intent('open'),
    ended('open', 'unknown'),
    intent('open'),
    ended('open', 'failed'),
    intent('cut'),
    ended('cut', 'failed'),
    intent('cut'),
    intent('refused'),
    ended('refused', 'failed'),
  ]
  await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
  const outcomes = (await readLedger(file)).map(({ key, outcome }) => `${key} ${outcome}`)
  expect(outcomes).toEqual(['kept ok', 'open unknown', 'cut unknown', 'refused failed'])
})
