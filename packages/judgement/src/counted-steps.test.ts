import { expect, test } from 'vitest'
import { countedSteps } from './counted-steps.ts'
import { fixtureRecord } from './record-fixture.ts'

test('repeats that share a deployment are repeats of their own', () => {
  const { runs } = fixtureRecord({ repeats: 2, capacities: { a: 100 } })
  const [first, second] = runs
  const of = (steps: ReturnType<typeof countedSteps>) =>
    steps.map(({ repeat, rung }) => [repeat, rung])
  const apart = of(countedSteps(runs))
  const again = (second?.stretches ?? []).map((stretch) => ({ ...stretch, repeat: 2 }))
  const together = of(countedSteps([{ ...first!, stretches: [...first!.stretches, ...again] }]))
  expect(together).toEqual(apart)
  expect(new Set(apart.map(([repeat]) => repeat))).toEqual(new Set([1, 2]))
})
