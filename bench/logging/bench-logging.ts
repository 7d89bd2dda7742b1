// The whole logging system on this machine, generator included, unlimited: single posts, batches, the lag below
// the load line, and how a backlog drains. Before and after: what was accepted is stored, once.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startEngine, type Engine } from '@plimsoll/engine'
import { deploy, oneOfEach, prepareTemplate, type Deployment } from '@plimsoll/lab'
import { Recorder } from '@plimsoll/record'
import { Histogram } from '@plimsoll/statistics'
import logging from '../../systems/logging/system.ts'
import { readMetrics } from '../read-metrics.ts'
import { median, type Results } from '../results.ts'
import { drainRate, recordsPerBatch } from './bench-workload.ts'
import { checkLogging } from './check-logging.ts'
import { lagP99_s, readCounters, type Addresses, type Counters } from './measured-logging.ts'
import { measureMillions } from './stored-millions.ts'

const floors = { singles: 12_000, batches: 50_000, drained: 12_000, lag_s: 1 }

interface Bench {
  readonly engine: Engine
  readonly recorder: Recorder
  readonly deployment: Deployment
  readonly addresses: Addresses
  /** Seconds of one stretch. */
  readonly seconds: number
}

type Row = Record<string, string | number>

export async function benchLogging({ smoke }: { smoke: boolean }): Promise<Results> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const templateFolders = await prepareTemplate({ system: logging, seed: 1, onProgress: say })
  await using stack = new AsyncDisposableStack()
  const runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'))
  stack.defer(() => rm(runFolder, { recursive: true }))
  const deployment = stack.use(
    await deploy({
      system: logging,
      templateFolders,
      runFolder,
      limits: 'off',
      configuration: oneOfEach(logging),
    }),
  )
  const urlOf = (name: string) => deployment.instances.find(({ part }) => part === name)?.url ?? ''
  const addresses = { api: urlOf('api'), worker: urlOf('worker') }
  const database = new pg.Client({ connectionString: urlOf('database') })
  await database.connect()
  stack.defer(() => database.end())
  await checkLogging(addresses.api)
  say('correct')
  const recorder = new Recorder()
  const engine = stack.use(
    await startEngine({
      source: {
        file: join(import.meta.dirname, 'bench-workload.ts'),
        select: 'bench',
        kind: 'workload',
      },
      targets: [addresses.api],
      seed: 1,
      onBatch: (batch) => recorder.absorb(batch),
      onTrouble: (error) => say(error.message),
    }),
  )
  const bench = { engine, recorder, deployment, addresses, seconds: smoke ? 3 : 8 }
  const { rows, taken } = await measureAll(bench, { smoke, say })
  const end = await settle(addresses)
  const { rows: counted } = await database.query<{ n: string }>('select count(*) as n from logs')
  const stored = Number(counted[0]?.n)
  say(`accepted ${end.accepted}, stored ${stored}`)
  assert.equal(stored, end.accepted, 'what was accepted is stored, once')
  const millions = await measureMillions({ deployment, api: addresses.api, database, smoke, say })
  rows.push(...millions.rows)
  return {
    name: 'logging',
    title: 'logging: API, queue, worker, database and generator on the same cores',
    notes: [
      `Closed loops of 256 connections (single records) and 8 (batches of ${recordsPerBatch}), ${roundsOf(smoke)} rounds of ${bench.seconds} s, medians; everything durable.`,
      `Drain: ${drainRate} records per second arrive, first for ${smoke ? 4 : 20} s without a worker; the slope is that of the backlog once it works again.`,
      `${end.accepted} records accepted, ${stored} stored, none twice.`,
      `Reads: ${millions.taken.records} records stored, Redis killed, one request after the other through the front door; a filtered page looks at 50,000 records at most.`,
      `Floors: ${JSON.stringify({ ...floors, ...millions.floors })}.`,
    ],
    rows,
    raw: { taken, millions: millions.taken },
    software: deployment.software,
    smoke,
  }
}

/** Singles and batches in turns, then the lag, then two drains. */
async function measureAll(
  bench: Bench,
  { smoke, say }: { smoke: boolean; say: (line: string) => void },
) {
  const rows: Row[] = []
  const show = (row: Row) => {
    rows.push(row)
    say(JSON.stringify(row))
  }
  await closed(bench, { phase: 'singles', first: 1 })
  const rounds = roundsOf(smoke)
  const taken = []
  for (let round = 1; round <= rounds; round += 1) {
    taken.push({
      singles: await closed(bench, { phase: 'singles', first: round * 1_000_000 }),
      batches: await closed(bench, { phase: 'batches', first: round * 1_000_000 + 500_000 }),
    })
    say(JSON.stringify(taken.at(-1)))
  }
  show(
    rowOf(
      'singles accepted per second',
      taken.map(({ singles }) => singles.accepted),
      floors.singles,
    ),
  )
  show(
    rowOf(
      'singles stored per second',
      taken.map(({ singles }) => singles.stored),
      floors.singles,
    ),
  )
  show(
    rowOf(
      'batched records stored per second',
      taken.map(({ batches }) => batches.stored),
      floors.batches,
    ),
  )
  const calm = await closed(bench, { phase: 'calm', first: 50_000_000 })
  show({
    what: 'lag p99 at 8,000 per second, at most (s)',
    value: calm.lag_s,
    floor: verdict(calm.lag_s <= floors.lag_s),
  })
  for (const phase of ['drain', 'drainSingles'] as const) {
    const first = phase === 'drain' ? 60_000_000 : 70_000_000
    const drained = await drain(bench, { phase, first, away: smoke ? 4 : 20 })
    const value = Math.round(drained)
    show({
      what: `${phase}: backlog shrinks per second`,
      value,
      floor: verdict(value >= floors.drained),
    })
  }
  return { rows, taken }
}

function roundsOf(smoke: boolean): number {
  return smoke ? 1 : 3
}

function verdict(reached: boolean): string {
  return reached ? 'reached' : 'not reached'
}

function rowOf(what: string, values: readonly number[], floor: number): Row {
  const value = Math.round(median(values))
  return { what, value, floor: verdict(value >= floor) }
}

/** Plays a stretch and tells what came of it per second, the first second left out. */
async function closed(
  { engine, recorder, addresses, seconds }: Bench,
  { phase, first }: { phase: string; first: number },
) {
  const second = Math.ceil(engine.second() + 0.01)
  const playing = engine.play({
    from: 'phase',
    phase,
    level: 1,
    duration: seconds,
    first_session: first,
    second,
  })
  await sleep(1_500)
  const [before, lagBefore] = await Promise.all([
    readCounters(addresses),
    readMetrics(addresses.worker),
  ])
  await sleep((seconds - 2) * 1_000)
  const [after, lagAfter] = await Promise.all([
    readCounters(addresses),
    readMetrics(addresses.worker),
  ])
  await playing
  await engine.drain({ within_ms: 20_000 })
  await settle(addresses)
  const times = new Histogram()
  let notOk = 0
  for (const { actions } of recorder.seconds.slice(second + 1, second + seconds)) {
    for (const { response_time, failed, unknown, dropped } of actions.values()) {
      times.add(response_time)
      notOk += failed + unknown + dropped
    }
  }
  return {
    accepted: rate(before, after, 'accepted'),
    stored: rate(before, after, 'stored'),
    p99_ms: times.quantile(0.99) / 1_000,
    not_ok: notOk,
    lag_s: lagP99_s(lagBefore, lagAfter),
  }
}

function rate(before: Counters, after: Counters, name: 'accepted' | 'stored'): number {
  return (after[name] - before[name]) / ((after.at - before.at) / 1_000)
}

/** Waits until everything accepted is stored. */
async function settle(addresses: Addresses): Promise<Counters> {
  for (let tries = 0; tries < 600; tries += 1) {
    const now = await readCounters(addresses)
    if (now.stored + now.buried + now.known >= now.accepted - earlier.stored) return now
    await sleep(100)
  }
  throw new Error('the backlog does not drain')
}

/** What workers that are gone had stored. */
const earlier = { stored: 0 }

async function drain(
  bench: Bench,
  { phase, first, away }: { phase: 'drain' | 'drainSingles'; first: number; away: number },
): Promise<number> {
  const { engine, deployment, addresses } = bench
  const duration = away + 30
  const before = await readCounters(addresses)
  // Killed while it has nothing to do: what it had stored is known then.
  await deployment.kill({ part: 'worker', instance: 0, signal: 'SIGKILL' })
  earlier.stored += before.stored
  const second = Math.ceil(engine.second() + 0.01)
  const playing = engine.play({
    from: 'phase',
    phase,
    level: 1,
    duration,
    first_session: first,
    second,
  })
  await sleep(away * 1_000)
  await deployment.restart({ part: 'worker', instance: 0 })
  const start = await readCounters(addresses)
  const backlogs = [{ at: start.at, backlog: start.accepted - start.stored - earlier.stored }]
  const arrived = start.accepted - before.accepted
  const sent = { due: 0, ok: 0 }
  for (const { actions } of bench.recorder.seconds.slice(second)) {
    for (const { due, ok } of actions.values()) {
      sent.due += due
      sent.ok += ok
    }
  }
  process.stderr.write(
    `${phase}: ${arrived} records arrived in ${away} s without a worker; ${JSON.stringify({ ...sent, reasons: bench.recorder.reasons.slice(0, 5) })}\n`,
  )
  for (;;) {
    await sleep(500)
    const now = await readCounters(addresses)
    backlogs.push({ at: now.at, backlog: now.accepted - now.stored - earlier.stored })
    if ((backlogs.at(-1)?.backlog ?? 0) < drainRate || now.at - start.at > 25_000) break
  }
  const [from, to] = [backlogs[0], backlogs.at(-1)]
  const slope =
    ((from?.backlog ?? 0) - (to?.backlog ?? 0)) / (((to?.at ?? 0) - (from?.at ?? 0)) / 1_000)
  await engine.stop()
  await playing
  await engine.drain({ within_ms: 20_000 })
  await settle(addresses)
  return slope
}
