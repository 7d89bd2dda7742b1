import { expect, test } from 'vitest'
import { compareExperiments } from './compare-experiments.ts'
import { fixtureRecord } from './record-fixture.ts'

test('what carries less, more and the same as before is told by configuration', () => {
  const before = fixtureRecord({ capacities: { same: 100, slower: 100, faster: 100 } })
  const after = fixtureRecord({ capacities: { same: 100, slower: 60, faster: 160 } })
  const { configurations } = compareExperiments(before, after)
  expect(configurations.map(({ name, comparison }) => [name, comparison?.verdict])).toEqual([
    ['same', 'no difference shown'],
    ['slower', 'worse'],
    ['faster', 'better'],
  ])
  const ratio = configurations[1]?.comparison?.ratio
  expect(ratio?.low).toBeLessThan(0.6)
  expect(ratio?.high).toBeGreaterThan(0.6)
})

test('where something else was asked no ratio is drawn, and what it was is told', () => {
  const before = fixtureRecord({ capacities: { one: 100 } })
  const search = { ...before.plan.search, least_actions: 700 }
  const asked = { ...before, plan: { ...before.plan, seed: 2, search } }
  const { asked_differently, configurations } = compareExperiments(before, asked)
  expect(asked_differently).toEqual([
    'seed: 1, then 2',
    'rules of the search: declared differently',
  ])
  expect(configurations.map(({ comparison }) => comparison)).toEqual([null])
})

test('where it ran is no reason to draw no ratio, and is told', () => {
  const before = fixtureRecord({ capacities: { one: 100 } })
  const moved = {
    ...before,
    environment: { ...before.environment, cores: 4, commit: 'abc' },
    plan: { ...before.plan, workload_hash: 'other' },
  }
  const { ran_differently, configurations } = compareExperiments(before, moved)
  expect(ran_differently).toEqual([
    'commit: none, then abc',
    'files of the experiment: a, then other',
    'processor: 2 × , then 4 × ',
  ])
  expect(configurations[0]?.comparison?.verdict).toBe('no difference shown')
})

test('configurations that one of them lacks are named, one without a load line is not compared', () => {
  const before = fixtureRecord({ capacities: { both: 100, gone: 100, never: 1 } })
  const after = fixtureRecord({ capacities: { both: 100, added: 100, never: 1 } })
  const told = compareExperiments(before, after)
  expect([told.only_before, told.only_after]).toEqual([['gone'], ['added']])
  expect(told.configurations.map(({ name, comparison }) => [name, comparison === null])).toEqual([
    ['both', false],
    ['never', true],
  ])
})

test('a load line that is gone and an invariant that no longer holds are told, whatever the ratio', () => {
  const before = fixtureRecord({ capacities: { gone: 100, lossy: 100 } })
  const after = fixtureRecord({
    capacities: { gone: 1, lossy: 100 },
    change: (run) =>
      run.configuration === 'lossy'
        ? { ...run, invariants: run.invariants.map((one) => ({ ...one, lost: 1 })) }
        : run,
  })
  expect(compareExperiments(before, after).configurations.map(({ broken }) => broken)).toEqual([
    ['no load line any more: no step held', 'what was expected held, and fails now'],
    ['"counted" is broken', 'what was expected held, and fails now'],
  ])
  const more = { ...after, plan: { ...after.plan, expected_per_second: 100 } }
  expect(compareExperiments(before, more).configurations[0]?.broken).toHaveLength(1)
  const both = compareExperiments(after, after).configurations
  expect(both.map(({ broken }) => broken)).toEqual([[], []])
})
