import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cacheFolder, isRunning, postgresFrom, processTree, until } from '@plimsoll/stores'
import { needsCgroups } from '../../../../test/optional-part.ts'
import { openCgroups } from './cgroup/open-cgroups.ts'
import { removeCgroup } from './cgroup/remove-cgroup.ts'
import { needs } from '../../../../test/optional-part.ts'
import { deploy, type DeployOptions } from './deploy.ts'
import type { ServicePart, SettingsInput } from '../system.ts'
import { prepareDatabases } from './prepare-commands.ts'
import { trialConfiguration, trialSystem } from './trial-system/trial.ts'

const noLimits = await whyNoLimits()
let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'plimsoll-run-'))))
afterAll(() => rm(folder, { recursive: true }))

function trial(options: Partial<DeployOptions> = {}): DeployOptions {
  return {
    system: trialSystem(),
    configuration: trialConfiguration(),
    templateFolders: {},
    runFolder: folder,
    limits: 'set',
    ...options,
  }
}

async function whyNoLimits(): Promise<string | null> {
  const opened = openCgroups(`plimsoll-probe-${process.pid}`)
  for (const each of opened.parent?.folders ?? []) await removeCgroup(each)
  return opened.parent === null ? opened.why : null
}

async function whoAnswers(url: string): Promise<{ port: string; bytes: number }> {
  return (await (await fetch(url)).json()) as { port: string; bytes: number }
}

/** Processes, temporary folders and journals of this test process. */
async function leftBehind(): Promise<string[]> {
  const own = (await processTree(process.pid)).filter((pid) => pid !== process.pid)
  const found: string[] = []
  for (const pid of own) if (await isRunning(pid)) found.push(`process ${pid}`)
  for (const kind of ['temporary', 'journals']) {
    const names = await readdir(join(cacheFolder(), kind)).catch(() => [])
    found.push(...names.filter((name) => name.startsWith(`${process.pid}-`)))
  }
  const groups = await readdir('/sys/fs/cgroup/cpu').catch(() => readdir('/sys/fs/cgroup'))
  found.push(...groups.filter((name) => name.startsWith(`plimsoll-${process.pid}-`)))
  return found
}

test.for([
  { env: process.env, name: /^HAProxy \d/ },
  { env: { ...process.env, PLIMSOLL_BALANCER: 'built-in' }, name: /^built-in$/ },
])('requests reach every instance through $name, and nothing is left', async (given, context) => {
  if (given.name.test('HAProxy 2')) needs('haproxy', context)
  const before = await leftBehind()
  {
    await using deployment = await deploy(
      trial({ configuration: trialConfiguration({ instances: 3 }), env: given.env }),
    )
    expect(deployment.balancer).toMatch(given.name)
    expect(deployment.state).toBe('ready')
    expect(deployment.software[0]).toMatch(/^PostgreSQL 18/)
    expect(deployment.instances.map(({ part }) => part)).toEqual(['database', 'api', 'api', 'api'])
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => whoAnswers(`${deployment.url}/`)),
    )
    expect(new Set(answers.map(({ port }) => port)).size).toBe(3)
    expect((await leftBehind()).length).toBeGreaterThan(before.length + 4)
  }
  expect(await leftBehind()).toEqual(before)
})

test('the settings of a configuration reach the instance and the database', async () => {
  const { parts, ...configuration } = trialConfiguration()
  const settings = { api: { GREETING: 'hello' }, database: { log_line_prefix: 'as configured ' } }
  const set = parts.map((each) => ({ ...each, settings: settings[each.part as 'api'] }))
  await using deployment = await deploy(trial({ configuration: { ...configuration, parts: set } }))
  expect(await whoAnswers(deployment.url)).toMatchObject({ greeting: 'hello' })
  expect(await readFile(join(folder, 'database-0.log'), 'utf8')).toContain('as configured LOG')
})

test('an instance is unlimited until limit(), then gets its cores within 15 %, and the sample says so', async (context) => {
  needsCgroups(noLimits, context)
  await using deployment = await deploy(
    trial({ configuration: trialConfiguration({ limit_cores: 0.2 }) }),
  )
  const burning = fetch(`${deployment.url}/burn?ms=5500`).then(
    (answer) => answer.text(),
    () => 'cut off',
  )
  const oneSecond = async (second: number) => {
    await deployment.sample(second)
    await sleep(1_500)
    return deployment.sample(second + 1)
  }
  const api = (parts: Awaited<ReturnType<typeof oneSecond>>) =>
    parts.find(({ part }) => part === 'api')

  const free = api(await oneSecond(1))
  expect(free?.cpu_cores).toBeGreaterThan(0.3)
  expect(free).toMatchObject({ throttled_share: 0, limit_cores: null })

  expect(await deployment.limit()).toEqual([])
  const limited = api(await oneSecond(3))
  expect(limited?.limit_cores).toBe(0.2)
  expect(Math.abs((limited?.cpu_cores ?? 0) - 0.2)).toBeLessThan(0.03)
  expect(limited?.throttled_share).toBeGreaterThan(0.8)
  expect(limited).toMatchObject({ pool_waiting: 3, pool_wait_ms: 0 })
  expect(limited?.pool_busy_share).toBeCloseTo(0.5)
  expect(limited?.event_loop_delay_p99_ms).toBeCloseTo(20)

  const all = await deployment.sample(5)
  expect(all.map(({ part, limit_cores }) => [part, limit_cores])).toEqual([
    ['database', 0.2],
    ['api', 0.2],
    ['balancer', null],
  ])
  for (const { memory_bytes } of all) expect(memory_bytes).toBeGreaterThan(1e6)
  await burning
})

test('a killed instance is routed around and comes back; one that dies by itself breaks the deployment', async () => {
  await using deployment = await deploy(
    trial({ configuration: trialConfiguration({ instances: 2 }) }),
  )
  await deployment.kill({ part: 'api', instance: 0, signal: 'SIGKILL' })
  expect(deployment.instances.find(({ part }) => part === 'api')?.pid).toBe(0)
  for (let i = 0; i < 10; i += 1) {
    const { port } = await whoAnswers(`${deployment.url}/`)
    expect(port).toBe(new URL(deployment.instances[2]?.url ?? '').port)
  }
  await deployment.restart({ part: 'api', instance: 0 })
  expect(deployment.state).toBe('ready')

  await deployment.kill({ part: 'database', instance: 0, signal: 'SIGKILL' })
  expect(deployment.state).toBe('ready')
  await deployment.restart({ part: 'database', instance: 0 })
  await using host = await postgresFrom({ DATABASE_URL: deployment.instances[0]?.url })
  expect(host.server).toBeNull()

  process.kill(deployment.instances[1]?.pid ?? 0, 'SIGKILL')
  expect(await until(() => deployment.state === 'broken', { deadline_ms: 2_000 })).toBe(true)
})

test('a server that does not start shows its log, and what had been started is put away', async () => {
  const before = await leftBehind()
  await expect(deploy(trial({ system: trialSystem({ FAIL: 'nonsense' }) }))).rejects.toMatchObject({
    code: 'server-did-not-start',
    blame: 'environment',
    message: expect.stringMatching(
      /^api 0 did not start: it ended\.\n[^]*DATABASE_URL is nonsense/,
    ) as string,
  })
  expect(await leftBehind()).toEqual(before)
})

test('a deployment that is no longer wanted does not wait for its server, and leaves nothing', async () => {
  const before = await leftBehind()
  const wanted = new AbortController()
  const silent = trialSystem()
  const api = { ...silent.parts['api']!, command: ['sleep', '600'] }
  const deploying = deploy(
    trial({
      system: { ...silent, parts: { ...silent.parts, api } },
      signal: wanted.signal,
      onProgress: (line) => line.startsWith('api:') && setTimeout(() => wanted.abort(), 300),
    }),
  )
  await expect(deploying).rejects.toMatchObject({ name: 'AbortError' })
  expect(await leftBehind()).toEqual(before)
}, 20_000)

test('settings that cannot be made are the author’s to mend', async () => {
  const trialOne = trialSystem()
  const api = {
    ...(trialOne.parts['api'] as ServicePart),
    settings: ({ cache }: SettingsInput) => ({ CACHE_URL: cache!.url }),
  }
  const system = { ...trialOne, parts: { ...trialOne.parts, api } }
  await expect(deploy(trial({ system }))).rejects.toMatchObject({
    code: 'settings-failed',
    blame: 'input',
  })
})

test('a database that is up already is used, prepared by the commands of the system, and left alone', async () => {
  await using host = await postgresFrom({})
  const databases = { database: { url: host.url } }
  const lines: string[] = []
  await prepareDatabases({
    system: trialSystem(),
    databases,
    onProgress: (line) => lines.push(line),
  })
  expect(lines.join('\n')).toMatch(/made plimsoll_/)
  {
    await using deployment = await deploy(trial({ databases, limits: 'off' }))
    expect(deployment.instances.map(({ part }) => part)).toEqual(['api'])
    expect(await whoAnswers(deployment.url)).toMatchObject({ database: 'postgres:' })
  }
  expect(host.server?.pid).toBeGreaterThan(0)
})

test('a front door that is taken is told in one sentence', async () => {
  await using first = await deploy(trial({ limits: 'off' }))
  const port = Number(new URL(first.url).port)
  await expect(deploy(trial({ port }))).rejects.toMatchObject({ code: 'port-in-use' })
  expect(await first.limit()).toEqual([])
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
})
