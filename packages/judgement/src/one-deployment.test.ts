import { expect, test } from 'vitest'
import { judge } from './judge.ts'
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
