import { expect, test } from 'vitest'
import type { PlannedPart, RunRecord } from '@plimsoll/record'
import { bisectionOf, bracketWords, configurationWithBoot } from './bisection.ts'
import { judge } from './judge.ts'
import { fixtureRecord, fixtureSeconds } from './record-fixture.ts'

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
    boot_ms: 75_000,
    cooldown_ms: 60_000,
  },
}
const slow = { name: 'slow', cost_per_hour_usd: 1, parts: [api] }
const record = fixtureRecord({ capacities: { slow: 100 }, repeats: 1 })
const bisection = {
  configuration: 'slow',
  part: 'api',
  from_ms: 0,
  to_ms: 75_000,
  within_ms: 10_000,
}
const plan = { ...record.plan, plays: 'phases' as const, configurations: [slow], bisection }

/** A run with this boot delay: fast up to a delay of `enough_ms`, too slow beyond. */
function tried(boot_ms: number, { enough_ms }: { enough_ms: number }): RunRecord {
  const [first] = record.runs
  if (first === undefined) throw new Error('the fixture has no run')
  const takes_ms = boot_ms <= enough_ms ? 20 : 2_000
  const seconds = fixtureSeconds({ from: 0, count: 30, due: 100, takes_ms })
  const stretch = { ...first.stretches[0]!, kind: 'phase' as const, from_second: 0, to_second: 30 }
  const { name } = configurationWithBoot(slow, { part: 'api', boot_ms })
  return { ...first, configuration: name, seconds, stretches: [stretch] }
}

function bracket(delays: readonly number[], enough_ms: number) {
  const runs = delays.map((boot_ms) => tried(boot_ms, { enough_ms }))
  return bisectionOf({ plan, runs })
}

test('a configuration with another boot delay differs in nothing else but its name', () => {
  const changed = configurationWithBoot(slow, { part: 'api', boot_ms: 5_000 })
  expect(changed.parts[0]?.autoscaling).toEqual({ ...api.autoscaling, boot_ms: 5_000 })
  expect({ ...changed, name: 'slow', parts: slow.parts }).toEqual(slow)
})

test('the bracket lies between the longest delay that held and the shortest that did not', () => {
  const found = bracket([0, 75_000, 37_500, 18_750, 28_125], 20_000)
  expect(found).toMatchObject({ holds_ms: 18_750, fails_ms: 28_125 })
  expect(found?.tried.map(({ boot_ms, verdict }) => [boot_ms, verdict])).toEqual([
    [0, 'holds'],
    [18_750, 'holds'],
    [28_125, 'fails'],
    [37_500, 'fails'],
    [75_000, 'fails'],
  ])
  expect(found?.tried[2]?.why).toMatch(/^response time p99 below 200 ms: /)
  expect(bracketWords(found!)).toBe(
    'A boot delay of new instances of api in slow of 18.8 s is enough, one of 28.1 s is not shown to be.',
  )
})

test('an open end is said to be open', () => {
  expect(bracketWords(bracket([0], -1)!)).toMatch(/^Not even a boot delay of 0 s /)
  expect(bracketWords(bracket([0, 75_000], 80_000)!)).toMatch(/^Even a boot delay of 75 s /)
})

test('the answer states the bracket, and tries are not runs of the configuration', () => {
  const runs = [0, 75_000].map((boot_ms) => tried(boot_ms, { enough_ms: 0 }))
  const judged = judge({ ...record, plan, runs })
  expect(judged.answer).toContain('of 0 s is enough, one of 75 s is not')
  expect(judged.configurations.map(({ name, expected_load }) => [name, expected_load])).toEqual([
    ['slow', null],
  ])
})
