import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { etcdVersion, redisVersion, until } from '@plimsoll/stores'
import type { PartSecond } from '@plimsoll/record'
import { deploy } from './deploy.ts'
import type { Deployment } from './deployment.ts'
import { pipelineConfiguration, trialPipeline } from './trial-system/trial.ts'

let runFolder = ''
beforeAll(async () => (runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-pipeline-'))))
afterAll(() => rm(runFolder, { recursive: true }))

function pipeline({ workers = 2, work_ms = 0, env = process.env } = {}): Promise<Deployment> {
  return deploy({
    system: trialPipeline({ work_ms }),
    configuration: pipelineConfiguration({ workers }),
    templateFolders: {},
    runFolder,
    limits: 'off',
    env,
  })
}

async function send(deployment: Deployment): Promise<number> {
  return (await fetch(deployment.url, { method: 'POST' })).status
}

async function queueIn(deployment: Deployment): Promise<PartSecond> {
  const rows = await deployment.sample(0)
  const row = rows.find(({ part }) => part === 'queue')
  if (row === undefined) throw new Error('the queue was not sampled')
  return row
}

test('queue, cache, discovery, service and workers come up with the addresses of what they need', async () => {
  await using deployment = await pipeline()
  const parts = deployment.instances.map(({ part }) => part)
  expect(parts.toSorted()).toEqual([
    'api',
    ...(redisVersion() === null ? [] : ['cache']),
    ...(etcdVersion() === null ? [] : ['discovery']),
    'queue',
    'worker',
    'worker',
  ])
  expect(deployment.software.join()).toContain('fauxqs 2.4.1')
  const told = (await (await fetch(deployment.url)).json()) as { queue: string; cache: string }
  expect(told.queue).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/work$/)
  const cache = redisVersion() === null ? /^$/ : /^redis:\/\/127\.0\.0\.1:\d+$/
  expect(told.cache).toMatch(cache)
})

test('without Redis and etcd the system runs without its cache and discovery, and caveats say so', async () => {
  const env = { ...process.env, PLIMSOLL_REDIS: 'off', PLIMSOLL_ETCD: 'off' }
  await using deployment = await pipeline({ env })
  expect(deployment.caveats.map(({ code }) => code)).toEqual(['cache-absent', 'discovery-absent'])
  const parts = deployment.instances.map(({ part }) => part)
  expect(parts.filter((part) => part === 'cache' || part === 'discovery')).toEqual([])
  expect(await (await fetch(deployment.url)).json()).toMatchObject({ cache: '' })
})

test('what waits in the queue is sampled, and survives kill -9', async () => {
  await using deployment = await pipeline({ workers: 1, work_ms: 60_000 })
  const statuses = await Promise.all(Array.from({ length: 5 }, () => send(deployment)))
  expect(new Set(statuses)).toEqual(new Set([201]))
  const holdsAll = async () => {
    const { queue_depth = 0, queue_in_flight = 0 } = await queueIn(deployment)
    return queue_depth + queue_in_flight === 5
  }
  expect(await until(holdsAll, { deadline_ms: 5_000 })).toBe(true)
  await deployment.kill({ part: 'queue', instance: 0, signal: 'SIGKILL' })
  expect(await send(deployment)).toBe(503)
  await deployment.restart({ part: 'queue', instance: 0 })
  expect(await until(holdsAll, { deadline_ms: 5_000 })).toBe(true)
  expect((await queueIn(deployment)).queue_oldest_age_ms).toBeGreaterThan(0)
  expect(await send(deployment)).toBe(201)
})
