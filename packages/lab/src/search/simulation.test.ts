import { expect, test } from 'vitest'
import { compareOnce, describeOutcomes, searchOnce } from './simulated-searches.ts'

const seeds = Array.from({ length: 10 }, (_, n) => n + 1)

test.each(['M/M/1', 'M/D/1', 'knee'] as const)(
  'the load line of a simulated %s is found within 5 percent of the arithmetic truth',
  async (kind) => {
    const outcomes = await Promise.all(
      seeds.map((seed) => searchOnce(kind, { seed, quick: false })),
    )
    console.log(describeOutcomes(`${kind}, seeds 1–10`, outcomes))
    expect(outcomes.filter((one) => Math.abs(one.error) <= 0.05).length).toBe(10)
    // Ten seeds show gross faults only; that 90 of 100 are contained is shown beside, in the real test.
    expect(outcomes.filter((one) => one.contained).length).toBeGreaterThanOrEqual(8)
  },
  30_000,
)

test('twice the capacity is called better, in the quick form too', async () => {
  expect(await compareOnce({ seed: 1, quick: true, factor: 2 })).toBe('better')
})
