import { expect, test } from 'vitest'
import { judge } from './judge.ts'
import { leastOf } from './load-line.ts'
import { fixtureRecord } from './record-fixture.ts'

test('on one deployment each, a difference that deployments have by themselves is not shown', () => {
  const verdicts = (b: number, kept: boolean) => {
    const { plan, runs, environment } = fixtureRecord({ capacities: { a: 100, b } })
    const search = { ...plan.search, ...(kept ? { kept_deployed: true as const } : {}) }
    return judge({ plan: { ...plan, search }, runs, environment }).comparisons.map(
      ({ verdict }) => verdict,
    )
  }
  expect(verdicts(120, false)).toEqual(['better'])
  expect(verdicts(120, true)).toEqual(['no difference shown'])
  expect(verdicts(150, true)).toEqual(['better'])
})

test('what deployments differ by is the same ratio on every ladder', () => {
  const { search } = fixtureRecord({ capacities: { a: 100 } }).plan
  const least = (factor: number) => {
    const ladder_sessions_per_second = [20, 20 * factor]
    return factor ** leastOf({ ...search, kept_deployed: true, ladder_sessions_per_second })
  }
  expect(least(1.05)).toBeCloseTo(1.24, 2)
  expect(least(1.1)).toBeCloseTo(least(1.05), 6)
})
