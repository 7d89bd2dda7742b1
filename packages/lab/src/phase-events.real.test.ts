import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Recorder, type PlannedFault, type RunRecord } from '@plimsoll/record'
import { until } from '@plimsoll/stores'
import { playFaults } from './fault-player.ts'
import { deploy } from './platform/deploy.ts'
import type { Deployment } from './platform/deployment.ts'
import { pipelineConfiguration, trialPipeline } from './platform/trial-system/trial.ts'
import { emptyRecord } from '@plimsoll/record'
import { Scaler } from './scaler.ts'

let runFolder = ''
beforeAll(async () => (runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-events-'))))
afterAll(() => rm(runFolder, { recursive: true }))

const fault = { instance: 0, phase: 'rush', at_ms: 100, lasts_ms: 700 }

/** A deployed pipeline with a clock and a record, looked at as often as in a run. */
async function stage({
  workers = 1,
  work_ms = 0,
  links = [] as { from: string; to: string }[],
} = {}) {
  const configuration = pipelineConfiguration({ workers })
  const deployment = await deploy({
    system: trialPipeline({ work_ms }),
    configuration,
    templateFolders: {},
    runFolder,
    limits: 'off',
    links,
  })
  const began = performance.now()
  const second = () => (performance.now() - began) / 1_000
  const record = emptyRecord({
    configuration: 'pipeline',
    repeat: 1,
    balancer: deployment.balancer,
    started_at: '',
    recorder: new Recorder(),
  })
  const said: string[] = []
  const place = {
    deployment,
    record,
    second,
    say: (text: string) => said.push(text),
    signal: AbortSignal.timeout(60_000),
  }
  const looking = setInterval(() => {
    const now = Math.floor(second()) - 1
    void deployment.sample(now).then((rows) => record.parts.push(...rows))
  }, 1_000)
  return { configuration, deployment, record, place, said, end: () => clearInterval(looking) }
}

async function send(deployment: Deployment): Promise<number> {
  return (await fetch(deployment.url, { method: 'POST' })).status
}

function only(record: RunRecord) {
  const [entry] = record.faults ?? []
  if (entry === undefined) throw new Error('no fault was recorded')
  return entry
}

async function play(
  given: Awaited<ReturnType<typeof stage>>,
  ...faults: PlannedFault[]
): Promise<void> {
  const { place } = given
  await playFaults(faults, { from_second: place.second(), duration: 1, place })
}

test('a killed queue is gone when it was planned, comes back, and the record proves it', async () => {
  const given = await stage()
  await using deployment = given.deployment
  expect(await send(deployment)).toBe(201)
  const playing = play(given, { ...fault, kind: 'kill', part: 'queue' })
  const refused = async () => (await send(deployment)) === 503
  expect(await until(refused, { deadline_ms: 3_000 })).toBe(true)
  await playing
  expect(await send(deployment)).toBe(201)
  const entry = only(given.record)
  expect(entry.proof).toMatch(/^process \d+ was gone$/)
  expect((entry.healed_second ?? 0) - (entry.began_second ?? 0)).toBeGreaterThan(0.5)
  expect(given.record.caveats).toEqual([])
  given.end()
})

test('a frozen worker stands still and goes on', async () => {
  const given = await stage()
  await using deployment = given.deployment
  await play(given, { ...fault, kind: 'freeze', part: 'worker' })
  expect(only(given.record).proof).toMatch(/stood still$/)
  expect(deployment.state).toBe('ready')
  given.end()
})

test('a cut link is silent, and what it held arrives when it is healed', async () => {
  const given = await stage({ links: [{ from: 'api', to: 'queue' }] })
  await using deployment = given.deployment
  const playing = play(given, { ...fault, kind: 'cut', part: 'api', to: 'queue', lasts_ms: 1_000 })
  expect(await until(() => given.said.length > 0, { deadline_ms: 3_000 })).toBe(true)
  const began = performance.now()
  expect(await send(deployment)).toBe(201)
  expect(performance.now() - began).toBeGreaterThan(500)
  await playing
  expect(only(given.record).proof).toMatch(/messages were held back$/)
  given.end()
})

test('a fault that did not hit makes the run inconclusive', async () => {
  const given = await stage({ links: [{ from: 'worker', to: 'queue' }] })
  await using _deployment = given.deployment
  await play(given, { ...fault, kind: 'kill', part: 'worker', instance: 7 })
  expect(only(given.record).began_second).toBeNull()
  expect(given.record.caveats).toMatchObject([{ code: 'fault-missed', forbids_holds: true }])
  given.end()
})

test('workers come when the backlog grows and go when it is gone, and their lives are told', async () => {
  const given = await stage({ workers: 3, work_ms: 100 })
  await using deployment = given.deployment
  const { place, record } = given
  const worker = given.configuration.parts.find(({ part }) => part === 'worker')
  if (worker === undefined) throw new Error('no worker')
  const policy = { kind: 'backlog', messages_per_instance: 10 } as const
  const autoscaling = {
    least: 1,
    most: 3,
    policy,
    notice_ms: 1_000,
    boot_ms: 500,
    cooldown_ms: 2_000,
  }
  const workers = () => deployment.instances.filter(({ part }) => part === 'worker').length
  {
    await using _scaler = await Scaler.start({
      ...place,
      planned: { ...worker, autoscaling },
      duration: 1,
    })
    expect(workers()).toBe(1)
    // Fifteen seconds of work for one: there is a backlog still when slow machines have booted the others.
    await Promise.all(Array.from({ length: 150 }, () => send(deployment)))
    expect(await until(() => workers() === 3, { deadline_ms: 8_000 })).toBe(true)
    expect(await until(() => workers() === 1, { deadline_ms: 15_000 })).toBe(true)
  }
  const lives = record.instances ?? []
  expect(lives).toHaveLength(2)
  for (const { asked_second, booted_second, gone_second } of lives) {
    expect((booted_second ?? 0) - asked_second).toBeGreaterThan(0.5)
    expect(gone_second).toBeGreaterThan(booted_second ?? Infinity)
  }
  given.end()
})
