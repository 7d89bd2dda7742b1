import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestPostgres, until } from '@plimsoll/stores'
import { deploy, type DeployOptions } from './deploy.ts'
import type { Deployment } from './deployment.ts'
import { trialConfiguration, trialReplica } from './trial-system/trial.ts'

let runFolder = ''
beforeAll(async () => (runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-replica-'))))
afterAll(() => rm(runFolder, { recursive: true }))

function trial(options: Partial<DeployOptions> = {}): DeployOptions {
  return {
    system: trialReplica(),
    configuration: trialConfiguration({ reader: true }),
    templateFolders: {},
    runFolder,
    limits: 'set',
    ...options,
  }
}

function urlOf(deployment: Deployment, part: string): string {
  return deployment.instances.find((each) => each.part === part)?.url ?? ''
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function readerAt(deployment: Deployment, second: number) {
  return (await deployment.sample(second)).find(({ part }) => part === 'reader')
}

test('a replica is a part of its own: it follows its database, is limited, sampled and told to the service', async () => {
  await using deployment = await deploy(trial())
  await deployment.limit()
  expect(deployment.instances.map(({ part }) => part)).toEqual(['database', 'reader', 'api'])
  await query(urlOf(deployment, 'database'), 'create table t as select 1 as x')
  const shown = () => query(urlOf(deployment, 'reader'), 'select x from t').catch(() => [])
  expect(await until(async () => (await shown()).length === 1, { deadline_ms: 5_000 })).toBe(true)
  const row = await readerAt(deployment, 1)
  expect(row).toMatchObject({ replay_lag_ms: 0 })
  expect(row?.memory_bytes).toBeGreaterThan(1e6)
  expect(row?.limit_cores).toBe(deployment.cgroups === 'none' ? null : 0.125)
  const told = (await (await fetch(deployment.url)).json()) as { reader: string }
  expect(told.reader).toBe(urlOf(deployment, 'reader'))
})

test('how far a replica is behind is seen, and so is that it caught up', async () => {
  await using deployment = await deploy(trial({ system: trialReplica({ behind: '3s' }) }))
  await query(urlOf(deployment, 'database'), 'create table t ()')
  await sleep(1_500)
  await query(urlOf(deployment, 'database'), 'create table u ()')
  const lag = async () => (await readerAt(deployment, 1))?.replay_lag_ms ?? 0
  expect(await until(async () => (await lag()) > 1_000, { deadline_ms: 6_000 })).toBe(true)
  expect(await until(async () => (await lag()) === 0, { deadline_ms: 8_000 })).toBe(true)
})

test('a replica that is killed is missing, and back on its port when it is started again', async () => {
  await using deployment = await deploy(trial())
  const url = urlOf(deployment, 'reader')
  await deployment.kill({ part: 'reader', instance: 0, signal: 'SIGKILL' })
  await expect(query(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/)
  expect((await readerAt(deployment, 1))?.replay_lag_ms).toBeUndefined()
  expect(deployment.state).toBe('ready')
  await deployment.restart({ part: 'reader', instance: 0 })
  expect(await query(url, 'select 1 as x')).toEqual([{ x: 1 }])
})

test('a link between a replica and its database can be cut: it shows the past until it is healed', async () => {
  const link = { from: 'reader', to: 'database' }
  await using deployment = await deploy(trial({ links: [link] }))
  deployment.link(link).cut()
  await query(urlOf(deployment, 'database'), 'create table t as select 1 as x')
  const shown = () => query(urlOf(deployment, 'reader'), 'select x from t').catch(() => [])
  expect(await until(() => deployment.link(link).held > 0, { deadline_ms: 5_000 })).toBe(true)
  expect(await shown()).toEqual([])
  deployment.link(link).heal()
  expect(await until(async () => (await shown()).length === 1, { deadline_ms: 10_000 })).toBe(true)
})

test('a database of somebody else has no replica: the service reads from the database', async () => {
  await using host = await startTestPostgres()
  await using deployment = await deploy(
    trial({ databases: { database: { url: host.url } }, limits: 'off' }),
  )
  expect(deployment.instances.map(({ part }) => part)).toEqual(['api'])
  const told = (await (await fetch(deployment.url)).json()) as { reader: string }
  expect(told.reader).toBe(host.url)
})
