import { expect, test } from 'vitest'
import {
  hold,
  ms,
  percent,
  persona,
  perSecond,
  PlimsollError,
  seconds,
  sessions,
  share,
  workload,
} from '@plimsoll/workload'
import { failures, responseTime } from './checks.ts'
import { configurationFaults } from './configuration-faults.ts'
import { experiment, type Configuration, type Experiment, type PartSizing } from './experiment.ts'
import { planExperiment } from './planning.ts'
import { targetTracking } from './autoscaling.ts'
import { bootDelay } from './bisection.ts'
import { discovery, postgres, queue, replica, service, system } from './system.ts'

const reviews = system({
  name: 'reviews',
  folder: '.',
  entry: 'api',
  parts: {
    database: postgres(),
    api: service({
      command: ['node', 'main.ts'],
      needs: ['database'],
      ready: '/readyz',
      drain: seconds(1),
      settings: ({ database, port }) => ({
        DATABASE_URL: database.url,
        PORT: String(port),
      }),
    }),
  },
})
const steady = workload({
  personas: { reader: persona({ why: 'reads', live: async () => {} }) },
  mix: { reader: 1 },
  phases: { rush: { shape: hold({ at: perSecond(10), for: seconds(10) }) } },
})
const checks = [responseTime().p99.below(ms(200)), failures().below(percent(0.1))]
const configurations = {
  single: { api: { size: 'm7g.medium' }, database: { size: 'db.m5.large' } },
  both: { api: { size: 'm7g.medium', instances: 4 }, database: { size: 'db.m5.xlarge' } },
} as const
const question = 'How much?'
const asked = { question, system: reviews, workload: steady, checks, expected: perSecond(1_000) }
const input = { name: 'reviews', quick: true, cores: 2, workload_hash: 'abc' }

test('without a scale the smallest power of two that fits the machine is taken', () => {
  expect(planExperiment(experiment({ ...asked, configurations }), input).scale).toBe(8)
  expect(
    planExperiment(experiment({ ...asked, configurations }), { ...input, cores: 16 }).scale,
  ).toBe(1)
})

test('a core is kept for a queue that somebody else runs, and none for a discovery', () => {
  const scaleWith = (part: 'queue' | 'discovery') => {
    const parts = { ...reviews.parts, [part]: part === 'queue' ? queue() : discovery() }
    const sized = { [part]: { size: part === 'queue' ? 'sqs' : 'shared' } } as const
    const full = {
      api: { size: 'm7g.medium', instances: 6 },
      database: { size: 'db.m5.xlarge' },
      ...sized,
    } as const
    const given = { ...asked, system: { ...reviews, parts }, configurations: { full } }
    return planExperiment(experiment(given as never), input).scale
  }
  expect([scaleWith('discovery'), scaleWith('queue')]).toEqual([8, 16])
})

test('a scale that does not fit is refused and the one that fits is named', () => {
  const tooLarge = () => planExperiment(experiment({ ...asked, configurations, scale: 4 }), input)
  expect(tooLarge).toThrow(
    /8 vCPU, at a scale of 1:4 that is 2 cores, and this machine can give 1.25/,
  )
  expect(tooLarge).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('scale: 8') as string }),
  )
})

test('an experiment is repeated as often as it says, in both forms, else three times or seven', () => {
  const repeats = (options: Partial<Experiment>, quick: boolean) =>
    planExperiment(experiment({ ...asked, configurations, ...options }), { ...input, quick }).search
      .repeats
  expect([repeats({}, true), repeats({}, false)]).toEqual([3, 7])
  const { search } = planExperiment(experiment({ ...asked, configurations }), input)
  expect(search.kept_deployed).toBe(true)
  expect([repeats({ repeats: 6 }, true), repeats({ repeats: 6 }, false)]).toEqual([6, 6])
  expect(() => repeats({ repeats: 0 }, true)).toThrow(
    expect.objectContaining({
      faults: [{ where: 'repeats', problem: 'expected a whole number from 2 to 100, found 0' }],
    }),
  )
})

test('the cost of a configuration is its instances and the balancer', () => {
  const { configurations: planned } = planExperiment(
    experiment({ ...asked, configurations }),
    input,
  )
  expect(planned[0]?.cost_per_hour_usd).toBeCloseTo(0.0408 + 0.178 + 0.0225)
  expect(planned[1]?.cost_per_hour_usd).toBeCloseTo(4 * 0.0408 + 0.356 + 0.0225)
  expect(planned[1]?.parts.find(({ part }) => part === 'api')?.limit_cores).toBe(1 / 8)
})

test('a program with one thread gets a process per vCPU of its size, when it asks for that', () => {
  const { database, api } = reviews.parts
  const threaded = { ...api, processes: 'one per vCPU' } as typeof api
  const perVcpu = { ...reviews, parts: { database, api: threaded } }
  const large = {
    vertical: { api: { size: 'm7g.large' }, database: { size: 'db.m5.large' } },
  } as const
  const processes = (system: typeof reviews) =>
    planExperiment(
      experiment({ ...asked, system, configurations: large }),
      input,
    ).configurations[0]?.parts.map((part) => part.processes)
  expect(processes(perVcpu)).toEqual([2, 1])
  expect(processes(reviews)).toEqual([1, 1])
})

test('the plan hash changes with the workload and the seed, and with nothing else', () => {
  const hash = (given: Partial<Experiment>, workload_hash = 'abc') =>
    planExperiment(experiment({ ...asked, configurations, ...given }), { ...input, workload_hash })
      .plan_hash
  expect(hash({})).toBe(hash({}))
  expect(hash({ seed: 2 })).not.toBe(hash({}))
  expect(hash({}, 'def')).not.toBe(hash({}))
})

test('settings and the balancer of a configuration are in its plan and change its hash', () => {
  const plan = (api: Partial<PartSizing>) =>
    planExperiment(
      experiment({
        ...asked,
        configurations: {
          single: { api: { size: 'm7g.medium', ...api }, database: { size: 'db.m5.large' } },
        },
      }),
      input,
    )
  const plain = plan({})
  const pooled = plan({ settings: { POOL_SIZE: '16' } })
  const closing = plan({ balancer: { keepAlive: 'off' } })
  expect(plain.configurations[0]?.parts[0]).not.toHaveProperty('settings')
  expect(pooled.configurations[0]?.parts[0]?.settings).toEqual({ POOL_SIZE: '16' })
  expect(closing.configurations[0]?.parts[0]?.balancer).toEqual({ keep_alive: 'off' })
  expect(new Set([plain, pooled, closing].map(({ plan_hash }) => plan_hash)).size).toBe(3)
})

test('settings that no part could take, and a balancer where there is none, are told with their place', () => {
  const configuration = {
    api: {
      size: 'm7g.medium',
      settings: { POOL_SIZE: 16, 'POOL SIZE': '16' },
      balancer: { keepAlive: false },
    },
    database: {
      size: 'db.m5.large',
      settings: { fsync: 'off', work_mem: '8MB' },
      balancer: { keepAlive: 'off' },
    },
  } as unknown as Configuration
  expect(configurationFaults('configurations.one', configuration, reviews)).toEqual([
    {
      where: 'configurations.one.api.settings.POOL_SIZE',
      problem: 'expected text in quotes, found 16',
    },
    {
      where: 'configurations.one.api.settings.POOL SIZE',
      problem: 'expected a name of letters, digits and _, found "POOL SIZE"',
    },
    {
      where: 'configurations.one.api.balancer.keepAlive',
      problem: "expected 'on' or 'off', found false",
    },
    {
      where: 'configurations.one.database.settings.fsync',
      problem: 'expected on (durable), found off',
    },
    {
      where: 'configurations.one.database.balancer',
      problem: 'expected only on the entry: the balancer stands in front of it',
    },
  ])
})

test('a size without vCPUs is for one kind of part only', () => {
  const { database, api } = reviews.parts
  const found = { ...reviews, parts: { database, api, names: discovery() } }
  const sizesOf = (api: string, names: string) =>
    configurationFaults(
      'one',
      { api: { size: api }, names: { size: names }, database: { size: 'db.m5.large' } } as never,
      found,
    )
  expect(sizesOf('m7g.medium', 'shared')).toEqual([])
  expect(sizesOf('shared', 'sqs')).toEqual([
    {
      where: 'one.api.size',
      problem: 'expected a size with vCPUs, found "shared", which is for a discovery',
    },
    {
      where: 'one.names.size',
      problem: 'expected a size with vCPUs, found "sqs", which is for a queue',
    },
  ])
})

test.each([
  [false, 1.05],
  [true, 1.1],
])(
  'every rung of the ladder is as far above the one below (quick: %s, %d times)',
  (quick, factor) => {
    const { search } = planExperiment(experiment({ ...asked, configurations }), { ...input, quick })
    const ladder = search.ladder_sessions_per_second
    ladder.slice(1).forEach((rung, n) => expect(rung / ladder[n]!).toBeCloseTo(factor, 3))
    expect([ladder[0], ladder.at(-1)! > 45_000]).toEqual([1, true])
  },
)

test('every fault of an experiment is told at once, with its place', () => {
  const faulty = {
    ...asked,
    configurations: {
      one: { api: { size: 'm7g.huge' }, database: { size: 'db.m5.large', instances: 2 } },
      two: { api: { size: 'm7g.large', instances: 0 }, cache: { size: 'cache.t3.micro' } },
    },
    expected: perSecond(0),
    checks: [],
  }
  let found: unknown
  try {
    experiment(faulty as unknown as Experiment)
  } catch (error) {
    found = error
  }
  expect((found as PlimsollError).faults.map(({ where }) => where)).toEqual([
    'configurations.one.api.size',
    'configurations.one.database.instances',
    'configurations.two.database',
    'configurations.two.api.instances',
    'configurations.two.cache',
    'expected',
    'checks',
  ])
})

test('a load line cannot be searched with sessions that follow one another', () => {
  const tabs = workload({
    personas: { reader: persona({ why: 'reads', live: async () => {} }) },
    mix: { reader: 1 },
    phases: { rush: { shape: hold({ at: sessions(100), for: seconds(10) }) } },
  })
  expect(() => experiment({ ...asked, configurations, workload: tabs })).toThrow(
    expect.objectContaining({
      faults: [expect.objectContaining({ where: 'workload.phases.rush.shape' })] as unknown[],
    }),
  )
})

test('a part that needs a part which is not there is a fault of the system', () => {
  const api = service({
    command: ['node'],
    needs: ['databse'],
    ready: '/readyz',
    drain: seconds(1),
    settings: () => ({}),
  })
  const faulty = () => system({ name: 'reviews', folder: '.', entry: 'api', parts: { api } })
  expect(faulty).toThrow(PlimsollError)
})

const users = workload({
  personas: { reader: persona({ why: 'reads', live: async () => {} }) },
  mix: { reader: 1 },
  phases: {
    rush: { shape: hold({ at: sessions(800), for: seconds(140) }), loadLine: true },
    spike: { shape: hold({ at: sessions(100), for: seconds(60) }), quick: false },
  },
  quickPhases: share(0.5),
})
const scaled = {
  fast: {
    api: {
      size: 'm7g.medium',
      autoscale: targetTracking({ min: 2, max: 4, cpu: percent(60), boot: 'gcp-mig' }),
    },
    database: { size: 'db.m5.large' },
  },
} as const
const bisect = bootDelay({ of: 'fast', from: seconds(0), to: seconds(75), within: seconds(5) })
const rush = { ...asked, workload: users, configurations: scaled, plays: 'phases', bisect } as const

test('the quick form shortens phases as told and leaves out those that are for the full form', () => {
  const plan = (quick: boolean) => planExperiment(experiment(rush), { ...input, quick })
  expect(plan(true).phases_share).toBe(0.5)
  expect(plan(true).phases.map(({ name }) => name)).toEqual(['rush'])
  expect(plan(false).phases_share).toBeUndefined()
  expect(plan(false).phases.map(({ name }) => name)).toEqual(['rush', 'spike'])
})

test('what is bisected is planned in the full form, and refused where it cannot be judged', () => {
  const { bisection } = planExperiment(experiment(rush), { ...input, quick: false })
  expect(bisection).toMatchObject({ configuration: 'fast', part: 'api', to_ms: 75_000 })
  expect(planExperiment(experiment(rush), input).bisection).toBeUndefined()
  const wrong = { of: 'slow', from: seconds(9), to: seconds(3), within: ms(1) }
  const { plays: _, ...searched } = { ...rush, workload: steady, bisect: wrong }
  expect(() => experiment(searched)).toThrow(
    expect.objectContaining({
      faults: ['bisect.of', 'bisect.to', 'bisect.within', 'bisect'].map(
        (where) => expect.objectContaining({ where }) as unknown,
      ),
    }),
  )
})

test('a replica follows a database and nothing else', () => {
  const parts = { ...reviews.parts, reader: replica({ of: 'api' }) }
  expect(() => system({ ...reviews, entry: 'api', parts })).toThrow(
    expect.objectContaining({
      faults: [expect.objectContaining({ where: 'parts.reader.of' }) as unknown],
    }),
  )
})
