import { expect, test } from 'vitest'
import { tellingExcerpts } from './excerpt.ts'
import { answered, oneDeployment } from './fixture/fixture.ts'

test('phases and search are told apart when one deployment played both', () => {
  const { phases, search, others } = tellingExcerpts(oneDeployment().record, 'single')
  expect(phases?.run.stretches.map(({ name }) => name)).toEqual(['warmUp', 'rise', 'rush'])
  expect(phases?.run.seconds[0]?.second).toBe(50)
  expect(phases?.run.parts.every(({ second }) => second >= 50)).toBe(true)
  expect(search?.run.stretches.at(-1)?.kind).toBe('step')
  expect(search?.run.seconds).toHaveLength(50)
  expect(others).toBe(0)
})

test('phases and search are found when two deployments played them', () => {
  const { phases, search, others } = tellingExcerpts(answered().record, 'both')
  expect(phases?.run.repeat).toBe(2)
  expect(search?.words).toBe('the search, run 1')
  expect(others).toBe(0)
})

test('of repeats on one deployment the search of the first is shown', () => {
  const { record } = oneDeployment()
  const runs = record.runs.map((run) => {
    const steps = run.stretches.filter(({ kind }) => kind === 'step')
    const again = steps.map((step) => ({ ...step, repeat: 2, from_second: 200, to_second: 210 }))
    return { ...run, stretches: [...run.stretches.slice(0, 1 + steps.length), ...again] }
  })
  const { search } = tellingExcerpts({ ...record, runs }, 'single')
  expect(search?.run.stretches.every(({ to_second }) => to_second <= 50)).toBe(true)
  expect(search?.run.seconds).toHaveLength(50)
})

test('a configuration without runs has nothing to show', () => {
  expect(tellingExcerpts(answered().record, 'none')).toEqual({
    phases: undefined,
    search: undefined,
    others: 0,
  })
})
