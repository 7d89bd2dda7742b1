import { expect, test } from 'vitest'
import { answered, empty } from './fixture/fixture.ts'
import { fixturePlan } from './fixture/fixture-plan.ts'
import {
  allCaveats,
  brokenWords,
  missingLineWords,
  partsWords,
  repeatCommand,
  scaleWords,
} from './told.ts'

const { judgement, record } = answered()
const [single] = empty().judgement.configurations
const rung = {
  rung: 1,
  sessions_per_second: 50,
  actions_per_second: 100,
  goodput_per_second: 99,
  inconclusive: 0,
  p99_ms: 10,
}

test('a caveat that several configurations share is told once, with all their names', () => {
  const late = { code: 'late', text: 'Sent late.', forbids_holds: true }
  const [a, b, ...others] = judgement.configurations
  const shared = [a!, b!].map((each) => ({ ...each, caveats: [late] }))
  const placed = allCaveats({
    judgement: { ...judgement, configurations: [...shared, ...others] },
    record,
  })
  expect(placed.map(({ configuration, caveat }) => [configuration, caveat.code])).toEqual([
    ['single, vertical', 'late'],
    [null, 'quick'],
    [null, 'disk-not-scaled'],
  ])
})

test('a caveat of every configuration is one of the whole experiment', () => {
  const caveat = { code: 'quick', text: 'Short.', forbids_holds: false }
  const configurations = judgement.configurations.map((each) => ({ ...each, caveats: [caveat] }))
  const placed = allCaveats({ judgement: { ...judgement, configurations, caveats: [] }, record })
  expect(placed).toEqual([{ configuration: null, caveat }])
})

test('a missing load line says on which side of the ladder it lies', () => {
  const words = (held: number, failed: number) =>
    missingLineWords({ ...single!, rungs: [{ ...rung, held, failed }] }, 8)
  expect(words(3, 0)).toBe('above 800/s: nothing failed')
  expect(words(0, 3)).toBe('below 800/s: nothing held')
  expect(missingLineWords(single!, 8)).toBe('not found')
})

test('the command to repeat can be pasted into a shell, whatever the name', () => {
  const command = (plan: Partial<typeof fixturePlan>, experiment_file?: string) =>
    repeatCommand({
      ...record,
      plan: { ...fixturePlan, ...plan },
      environment: {
        ...record.environment,
        ...(experiment_file === undefined ? {} : { experiment_file }),
      },
    })
  expect(command({})).toBe('npx --no plimsoll run reviews --quick')
  expect(command({}, 'systems/reviews/scaling.experiment.ts')).toBe(
    'npx --no plimsoll run systems/reviews/scaling.experiment.ts --quick',
  )
  expect(command({ quick: false, experiment: "my $(x) 'test'.ts" })).toBe(
    String.raw`npx --no plimsoll run 'my $(x) '\''test'\''.ts'`,
  )
})

test('a broken invariant is told by what broke', () => {
  const whole = {
    name: 'x',
    examined: 1_874,
    lost: 0,
    doubled: 0,
    unexpected: 0,
    stale: 0,
    examples: [],
  }
  expect(brokenWords(whole)).toBe('')
  expect(brokenWords({ ...whole, lost: 3, stale: 1 })).toBe('3 lost, 1 stale of 1,874 examined')
})

test('what was projected is called projected', () => {
  expect([scaleWords(8), scaleWords(1)]).toEqual(['projected from 1:8', 'measured at full size'])
})

test('a configuration is described with what it sets beside the sizes', () => {
  const single = fixturePlan.configurations[0]!
  const [api, database] = single.parts
  const set = { ...api!, settings: { POOL_SIZE: '8' }, balancer: { keep_alive: 'off' } as const }
  expect(partsWords({ ...single, parts: [set, database!] })).toBe(
    '1 × api m7g.medium (POOL_SIZE=8, balancer keep-alive off), 1 × database db.m5.large',
  )
})
