import { expect, test } from 'vitest'
import type { PartSecond, PlannedPart, RunRecord, StretchRecord } from '@plimsoll/record'
import { elasticityOf } from './elasticity.ts'
import { fixtureRecord, fixtureSeconds, partRow } from './record-fixture.ts'

const api: PlannedPart = {
  part: 'api',
  size: 'm7g.medium',
  instances: 4,
  processes: 1,
  vcpu: 1,
  memory_gib: 4,
  price_per_hour_usd: 0.04,
  limit_cores: 0.125,
  autoscaling: {
    least: 2,
    most: 4,
    policy: { kind: 'cpu', target_share: 0.5 },
    notice_ms: 5_000,
    boot_ms: 5_000,
    cooldown_ms: 60_000,
  },
}

/** How many instances there are in each second: two more from second 30 on. */
const there = (second: number) => (second < 30 ? 2 : 4)

/** 50 actions per second for 20 s, then 100: one action takes 1/400 of an instance, so the need doubles. */
function run(): RunRecord {
  const [first] = fixtureRecord({ capacities: { a: 100 }, repeats: 1 }).runs
  if (first === undefined) throw new Error('the fixture has no run')
  const seconds = [
    ...fixtureSeconds({ from: 0, count: 20, due: 400, takes_ms: 20 }),
    // Two instances carry 800 of them when they are full: late, and 10 of 900 lost.
    ...fixtureSeconds({ from: 20, count: 12, due: 800, takes_ms: 900, failed: 10 }),
    ...fixtureSeconds({ from: 32, count: 8, due: 800, takes_ms: 20 }),
  ]
  const rows = seconds.flatMap(({ second }): PartSecond[] => {
    const due = second < 20 ? 400 : 800
    const cpu_share = Math.min(1, due / 400 / there(second))
    return Array.from({ length: there(second) }, (_, instance) => {
      const requests = second === 30 && instance >= 2 ? 0 : due / there(second)
      return partRow('api', { second, instance, cpu_share, requests })
    })
  })
  const phase: StretchRecord = {
    kind: 'phase',
    name: 'rush',
    sessions_per_second: 1,
    from_second: 0,
    counted_from_second: 0,
    to_second: 40,
    measured: true,
    actions: new Map(),
  }
  const life = { part: 'api', asked_second: 25.2, gone_second: null }
  return {
    ...first,
    seconds,
    stretches: [phase],
    parts: rows,
    instances: [2, 3].map((instance) => ({
      ...life,
      instance,
      booted_second: 30 + instance / 10,
      useful_second: 31 + (instance - 2),
    })),
  }
}

const plan = {
  configurations: [{ name: 'a', cost_per_hour_usd: 1, parts: [api] }],
  checks: [{ kind: 'response_time', quantile: 0.99, below_ms: 200 }] as const,
}

test('a growth is told from when it was needed until its last instance was at work, with what users felt', () => {
  const [found] = elasticityOf(run(), plan)
  const [growth] = found?.growths ?? []
  expect(growth).toMatchObject({ instances: 2, asked_second: 25.2, useful_second: 32 })
  // The need is a mean over five seconds: it is seen a little before the load has doubled.
  expect(growth?.needed_second).toBeGreaterThanOrEqual(18)
  expect(growth?.needed_second).toBeLessThanOrEqual(20)
  expect(growth?.booted_second).toBeCloseTo(30.3)
  expect(growth?.felt).toMatchObject({ late: 12 * 790, lost: 12 * 10 })
})

test('instance-seconds are counted against what the load needed', () => {
  const [found] = elasticityOf(run(), plan)
  // There: 2 for 30 s and 4 for 10 s. Needed: 2 for 20 s and 4 for 20 s, a second or two earlier by the mean.
  expect(found?.had_seconds).toBe(100)
  expect(found?.needed_seconds).toBeGreaterThanOrEqual(120)
  expect(found?.needed_seconds).toBeLessThanOrEqual(124)
  expect(found?.over_seconds).toBe(0)
  expect(found?.under_seconds).toBe((found?.needed_seconds ?? 0) - 100)
})

test('every instance has a fair share that gets what the others get, whether it came or was there', () => {
  const [found] = elasticityOf(run(), plan)
  expect(found?.shares).toEqual([
    // They answered all of second 30, in which the others had just come: 2 fair shares in one of 40 seconds.
    { instance: 0, of_fair_share: expect.closeTo(1.01, 2) },
    { instance: 1, of_fair_share: expect.closeTo(1.01, 2) },
    { instance: 2, of_fair_share: 1 },
    { instance: 3, of_fair_share: 1 },
  ])
})

test('what is needed is what was used, and of a full part what is due at the price of its own phase', () => {
  const given = run()
  const [phase] = given.stretches
  if (phase === undefined || api.autoscaling === undefined) throw new Error('a fixture is wrong')
  const parts = given.parts.map(({ second, instance }) => {
    const cpu_share = second < 20 ? 0.25 : second < 30 ? 0.5 : 1
    return partRow('api', { second, instance, cpu_share })
  })
  const played: RunRecord = {
    ...given,
    stretches: [
      { ...phase, name: 'cheap', to_second: 20 },
      { ...phase, name: 'dear', from_second: 20 },
    ],
    seconds: [
      ...fixtureSeconds({ from: 0, count: 10, due: 400, takes_ms: 20 }),
      ...fixtureSeconds({ from: 10, count: 10, due: 1_600, takes_ms: 20 }),
      ...fixtureSeconds({ from: 20, count: 10, due: 100, takes_ms: 20 }),
      ...fixtureSeconds({ from: 30, count: 10, due: 300, takes_ms: 900 }),
    ],
    parts: parts.filter(({ instance }) => instance < 2),
    instances: [],
  }
  const wide = { ...api, autoscaling: { ...api.autoscaling, least: 1, most: 16 } }
  const [one] = plan.configurations
  const [found] = elasticityOf(played, {
    ...plan,
    configurations: [{ ...one!, parts: [wide] }],
  })
  // 1 for 20 s, 2 for 10 s, and 6 for the 10 s in which 3 times as much was due as half of two instances carries:
  // the mean over five seconds makes steps of the two edges.
  expect(found?.needed_seconds).toBe(18 * 1 + 2 * 2 + 8 * 2 + 3 + 4 + 5 + 6 + 8 * 6)
})

test('what does not scale has no elasticity, nor has a run whose phases were not played', () => {
  const { autoscaling: _, ...fixed } = api
  const without = { ...plan, configurations: [{ ...plan.configurations[0]!, parts: [fixed] }] }
  expect(elasticityOf(run(), without)).toEqual([])
  expect(elasticityOf({ ...run(), stretches: [] }, plan)).toEqual([])
})
