// The whole proof: 100 seeds each, on a virtual clock. It is here and not among the unit tests only because
// it takes a minute of computing.

import { expect, test } from 'vitest'
import { compareOnce, describeOutcomes, searchOnce } from './simulated-searches.ts'
import type { ServerKind } from './simulated-server.ts'

const kinds = ['M/M/1', 'M/D/1', 'knee'] as const
const patience = { timeout: 120_000 }

async function search(kind: ServerKind, { quick }: { quick: boolean }) {
  const outcomes = []
  for (let seed = 1; seed <= 100; seed += 1) outcomes.push(await searchOnce(kind, { seed, quick }))
  const told = describeOutcomes(`${kind}, ${quick ? 'quick' : 'full'} form, seeds 1–100`, outcomes)
  console.log(told)
  return {
    within: outcomes.filter((one) => Math.abs(one.error) <= 0.05).length,
    contained: outcomes.filter((one) => one.contained).length,
  }
}

test.each(kinds)(
  '%s: the full form ends within 5 percent and its interval keeps its word',
  patience,
  async (kind) => {
    const { within, contained } = await search(kind, { quick: false })
    expect(within).toBe(100)
    expect(contained).toBeGreaterThanOrEqual(90)
  },
)

test.each(kinds)(
  '%s: the quick form is rougher and says so by its interval',
  patience,
  async (kind) => {
    const { within, contained } = await search(kind, { quick: true })
    expect(within).toBeGreaterThanOrEqual(80)
    expect(contained).toBeGreaterThanOrEqual(90)
  },
)

test.each([
  [true, 100],
  [false, 20],
])(
  'two identical configurations are called equal (quick: %s, %d pairs)',
  patience,
  async (quick, pairs) => {
    let equal = 0
    for (let seed = 1; seed <= pairs; seed += 1) {
      if ((await compareOnce({ seed, quick, factor: 1 })) === 'no difference shown') equal += 1
    }
    console.log(`identical configurations called equal (quick: ${quick}): ${equal} of ${pairs}`)
    expect(equal / pairs).toBeGreaterThanOrEqual(0.95)
  },
)

test('a quarter more capacity is told apart in the full form', patience, async () => {
  let better = 0
  for (let seed = 1; seed <= 20; seed += 1) {
    if ((await compareOnce({ seed, quick: false, factor: 1.25 })) === 'better') better += 1
  }
  console.log(`a quarter more capacity called better: ${better} of 20`)
  expect(better).toBeGreaterThanOrEqual(19)
})
