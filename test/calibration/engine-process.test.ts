// The engine lives in a process of its own: how it is asked, stopped, lost and put away.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEngine } from '@plimsoll/engine'
import type { LedgerLine, SampleBatch } from '@plimsoll/record'
import { startBrokenServer } from './broken-server.ts'
import { engineFor } from './measured.ts'
import { startTimedServer } from './timed-server.ts'

const rate = { from: 'rate', mixOf: 'even', first_session: 0 } as const

test('stretches follow each other on whole seconds, and one can be stopped at once', async () => {
  await using server = await startTimedServer({ takes: 300 })
  const batches: SampleBatch[] = []
  await using engine = await engineFor({ workload: 'reads', targets: [server.url] }, (batch) =>
    batches.push(batch),
  )
  expect(engine.second()).toBe(0)
  const first = await engine.play({ ...rate, sessions_per_second: 50, lasts_ms: 1_000, second: 0 })
  expect(first).toEqual({ from_second: 0, to_second: 1, next_session: 50 })
  expect(engine.second()).toBeGreaterThanOrEqual(1)
  expect(await engine.underWay()).toBeGreaterThan(5)
  const second = engine.play({
    ...rate,
    sessions_per_second: 50,
    lasts_ms: 60_000,
    second: 2,
    first_session: 50,
  })
  await until(() => engine.second() > 2.5)
  await engine.stop()
  const stopped = await second
  expect(stopped.from_second).toBe(2)
  expect(stopped.to_second).toBeGreaterThan(2.5)
  expect(stopped.to_second).toBeLessThan(10)
  const drained = await engine.drain({ within_ms: 3_000 })
  expect(drained).toEqual({ sessions_alive: 0, under_way: 0 })
  const ended = batches.reduce((sum, batch) => sum + batch.samples.count, 0)
  expect(ended).toBe(stopped.next_session)
  await engine.close()
})

test('the workload of an experiment is found in it', async () => {
  await using engine = await startEngine({
    source: {
      file: join(import.meta.dirname, 'workloads.ts'),
      select: 'asExperiment',
      kind: 'experiment',
    },
    targets: ['http://127.0.0.1:9'],
    seed: 1,
    onBatch() {},
    onTrouble() {},
  })
  const played = await engine.play({ ...rate, sessions_per_second: 10, lasts_ms: 100, second: 0 })
  expect(played.next_session).toBe(1)
})

test('batches arrive several times a second while nothing is played', async () => {
  await using server = await startTimedServer({ takes: 1 })
  let batches = 0
  await using engine = await engineFor(
    { workload: 'reads', targets: [server.url] },
    () => (batches += 1),
  )
  await engine.play({ ...rate, sessions_per_second: 10, lasts_ms: 100, second: 0 })
  const before = batches
  const since = engine.second()
  await until(() => batches >= before + 4)
  expect(engine.second() - since).toBeLessThan(4)
})

test('several targets take sessions in turn', async () => {
  await using one = await startTimedServer({ takes: 1 })
  await using two = await startTimedServer({ takes: 1 })
  await using engine = await engineFor({ workload: 'reads', targets: [one.url, two.url] }, () => {})
  await engine.play({ ...rate, sessions_per_second: 20, lasts_ms: 1_000, second: 0 })
  await engine.drain({ within_ms: 2_000 })
  expect([(await one.record()).length, (await two.record()).length]).toEqual([10, 10])
})

test('an engine that is killed rejects what was asked, and says so', async () => {
  const troubles: Error[] = []
  await using engine = await engineFor(
    { workload: 'waiting', targets: ['http://127.0.0.1:9'] },
    () => {},
    (error) => troubles.push(error),
  )
  const playing = engine.play({ ...rate, sessions_per_second: 1, lasts_ms: 60_000, second: 0 })
  process.kill(engine.pid, 'SIGKILL')
  await expect(playing).rejects.toMatchObject({ code: 'engine-died' })
  expect(troubles).toMatchObject([{ code: 'engine-died' }])
})

test('an engine that hangs is noticed, told and ended', async () => {
  const troubles: Error[] = []
  await using engine = await engineFor(
    { workload: 'waiting', targets: ['http://127.0.0.1:9'] },
    () => {},
    (error) => troubles.push(error),
  )
  const playing = engine.play({ ...rate, sessions_per_second: 1, lasts_ms: 60_000, second: 0 })
  process.kill(engine.pid, 'SIGSTOP')
  await expect(playing).rejects.toThrow(/silent for 10 s/)
  expect(troubles).toHaveLength(1)
  await until(() => !isRunning(engine.pid))
})

test('the engine ends with the process that started it, and saves what was promised', async () => {
  await using server = await startBrokenServer()
  await using folder = await mkdtempDisposable(join(tmpdir(), 'plimsoll-calibration-'))
  const ledgerFile = join(folder.path, 'ledger.ndjson')
  const program = join(import.meta.dirname, 'abandoning-parent.ts')
  const parent = fork(program, [server.url, ledgerFile], { execArgv: [] })
  const [pid] = (await once(parent, 'message')) as [number]
  await until(() => (server.came.get('POST /created') ?? 0) > 20)
  expect(isRunning(pid)).toBe(true)
  parent.kill('SIGKILL')
  await until(() => !isRunning(pid))
  const lines = readFileSync(ledgerFile, 'utf8').trimEnd().split('\n')
  const intents = lines
    .map((line) => JSON.parse(line) as LedgerLine)
    .filter(({ entry }) => entry === 'intent')
  const came = [...server.came.values()].reduce((sum, count) => sum + count, 0)
  expect(intents.length).toBeGreaterThanOrEqual(came)
})

test.each([
  [{ select: 'missing' }, {}, 'workload-not-found', /The module exports .*reads/],
  [{ select: 'notAWorkload' }, {}, 'workload-not-found', /module exports/],
  [{ kind: 'experiment', select: 'reads' }, {}, 'workload-not-found', /module exports/],
  [{ file: '/nowhere/workload.ts' }, {}, 'workload-not-loaded', /Run it alone/],
  [{}, { targets: ['ftp://files.example'] }, 'target-unusable', /http and https/],
  [{}, { ledgerFile: '/nowhere/ledger.ndjson' }, 'ledger-not-writable', /disk space/],
] as const)('with %j and %j it does not start: %s', async (source, options, code, hint) => {
  const starting = startEngine({
    source: {
      file: join(import.meta.dirname, 'workloads.ts'),
      select: 'reads',
      kind: 'workload',
      ...source,
    },
    targets: ['http://127.0.0.1:9'],
    seed: 1,
    onBatch() {},
    onTrouble() {},
    ...options,
  })
  await expect(starting).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) })
})

/** Waits for a condition, at most ten seconds. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('waited ten seconds in vain')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false
  return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
}
