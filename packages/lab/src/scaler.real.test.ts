import { Agent, request } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyRecord, Recorder, type PlannedAutoscaling } from '@plimsoll/record'
import { until } from '@plimsoll/stores'
import { needs, needsCgroups } from '../../../test/optional-part.ts'
import { openCgroups } from './platform/cgroup/open-cgroups.ts'
import { removeCgroup } from './platform/cgroup/remove-cgroup.ts'
import { deploy } from './platform/deploy.ts'
import { trialConfiguration, trialSystem } from './platform/trial-system/trial.ts'
import { Scaler } from './scaler.ts'

const noLimits = await whyNoLimits()
let runFolder = ''
beforeAll(async () => (runFolder = await mkdtemp(join(tmpdir(), 'plimsoll-scaler-'))))
afterAll(() => rm(runFolder, { recursive: true }))

async function whyNoLimits(): Promise<string | null> {
  const opened = openCgroups(`plimsoll-scaler-${process.pid}`)
  for (const each of opened.parent?.folders ?? []) await removeCgroup(each)
  return opened.parent === null ? opened.why : null
}

const autoscaling: PlannedAutoscaling = {
  least: 1,
  most: 3,
  policy: { kind: 'cpu', target_share: 0.6 },
  notice_ms: 2_000,
  boot_ms: 1_000,
  cooldown_ms: 2_000,
}

/** Users who keep their connections and ask again as soon as they are answered, until told to stop. */
function load(url: string, { users }: { users: number }) {
  const agent = new Agent({ keepAlive: true, maxSockets: users })
  const over = new AbortController()
  let lost = 0
  const ask = () =>
    new Promise<void>((resolve) => {
      const asking = request(`${url}/work?rounds=5000`, { agent }, (answer) => {
        if (answer.statusCode !== 200) lost += 1
        answer.resume().on('end', resolve)
      })
      asking.on('error', () => {
        lost += 1
        resolve()
      })
      asking.end()
    })
  const user = async () => {
    while (!over.signal.aborted) await ask()
  }
  const all = Promise.all(Array.from({ length: users }, user))
  return {
    get lost() {
      return lost
    },
    async end() {
      over.abort()
      await all
      agent.destroy()
    },
  }
}

test.for([
  { balancer: 'HAProxy', env: process.env },
  { balancer: 'built-in', env: { ...process.env, PLIMSOLL_BALANCER: 'built-in' } },
])(
  'new instances behind $balancer come when the CPU is full, get their share of kept connections, and go when it is idle, and nothing is lost',
  async ({ balancer, env }, context) => {
    needsCgroups(noLimits, context)
    if (balancer === 'HAProxy') needs('haproxy', context)
    const configuration = trialConfiguration({ instances: 3, limit_cores: 0.15 })
    await using deployment = await deploy({
      system: trialSystem(),
      configuration,
      templateFolders: {},
      runFolder,
      limits: 'set',
      env,
    })
    await deployment.limit()
    const began = performance.now()
    const second = () => (performance.now() - began) / 1_000
    const record = emptyRecord({
      configuration: 'trial',
      repeat: 1,
      balancer: deployment.balancer,
      started_at: '',
      recorder: new Recorder(),
    })
    const looking = setInterval(() => {
      const now = Math.floor(second()) - 1
      void deployment.sample(now).then((rows) => record.parts.push(...rows))
    }, 1_000)
    const planned = configuration.parts.find(({ part }) => part === 'api')!
    const apis = () => deployment.instances.filter(({ part }) => part === 'api').length
    let users: ReturnType<typeof load> | null = null
    {
      await using _scaler = await Scaler.start({
        planned: { ...planned, autoscaling },
        deployment,
        record,
        second,
        say: () => {},
        duration: 1,
      })
      expect(apis()).toBe(1)
      users = load(deployment.url, { users: 12 })
      expect(await until(() => apis() === 3, { deadline_ms: 20_000 })).toBe(true)
      // Long enough for the balancer to see them, and for a share to be counted.
      const from = second() + 3
      await until(() => second() > from + 5, { deadline_ms: 12_000 })
      const answered = Map.groupBy(
        record.parts.filter((row) => row.part === 'api' && row.second >= from),
        ({ instance }) => instance,
      )
      const counts = [0, 1, 2].map((instance) =>
        (answered.get(instance) ?? []).reduce((sum, { requests = 0 }) => sum + requests, 0),
      )
      const fair = counts.reduce((sum, count) => sum + count, 0) / 3
      for (const count of counts) expect(Math.abs(count / fair - 1)).toBeLessThan(0.35)
      await users.end()
      expect(await until(() => apis() === 1, { deadline_ms: 20_000 })).toBe(true)
    }
    clearInterval(looking)
    expect(users.lost).toBe(0)
    const lives = record.instances ?? []
    expect(lives).toHaveLength(2)
    for (const { asked_second, booted_second, useful_second, gone_second } of lives) {
      expect((booted_second ?? 0) - asked_second).toBeGreaterThan(1)
      expect(useful_second).toBeGreaterThanOrEqual(Math.floor(booted_second ?? Infinity))
      expect(gone_second).toBeGreaterThan(useful_second ?? Infinity)
    }
  },
)
