// The whole proof: 100 seeds each, on a virtual clock. It is here and not among the unit tests only because
// it takes a minute of computing.

import { expect, test } from 'vitest'
import {
  compareOnce,
  describeOutcomes,
  searchOnce,
  type SearchOutcome,
} from './simulated-searches.ts'
import type { ServerKind } from './simulated-server.ts'

const kinds = ['M/M/1', 'M/D/1', 'knee'] as const
const patience = { timeout: 120_000 }

const forms = {
  full: { quick: false },
  quick: { quick: true },
  kept: { quick: true, isKept: true },
} as const

async function search(kind: ServerKind, form: keyof typeof forms) {
  const outcomes: SearchOutcome[] = []
  for (let seed = 1; seed <= 100; seed += 1) {
    outcomes.push(await searchOnce(kind, { seed, ...forms[form] }))
  }
  console.log(describeOutcomes(`${kind}, ${form} form, seeds 1–100`, outcomes))
  const within = (share: number) => outcomes.filter((one) => Math.abs(one.error) <= share).length
  return {
    within: within(0.05),
    near: within(0.1),
    contained: outcomes.filter((one) => one.contained).length,
  }
}

test.each(kinds)(
  '%s: the full form ends within 5 percent and its interval keeps its word',
  patience,
  async (kind) => {
    const { within, contained } = await search(kind, 'full')
    expect(within).toBe(100)
    expect(contained).toBeGreaterThanOrEqual(90)
  },
)

test.each(kinds)(
  '%s: the quick form is rougher and says so by its interval',
  patience,
  async (kind) => {
    const { within, contained } = await search(kind, 'quick')
    expect(within).toBeGreaterThanOrEqual(80)
    expect(contained).toBeGreaterThanOrEqual(90)
  },
)

test.each(kinds)(
  '%s: with repeats on one deployment it is rougher still, and its interval wider',
  patience,
  async (kind) => {
    const { near, contained } = await search(kind, 'kept')
    expect(near).toBeGreaterThanOrEqual(95)
    expect(contained).toBeGreaterThanOrEqual(95)
  },
)

test.each([
  ['quick', 100],
  ['kept', 100],
  ['full', 20],
] as const)(
  'two identical configurations are called equal (%s form, %d pairs)',
  patience,
  async (form, pairs) => {
    let equal = 0
    for (let seed = 1; seed <= pairs; seed += 1) {
      const verdict = await compareOnce({ seed, ...forms[form], factor: 1 })
      if (verdict === 'no difference shown') equal += 1
    }
    console.log(`identical configurations called equal (${form} form): ${equal} of ${pairs}`)
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

test('half as much capacity again is told apart on one deployment each', patience, async () => {
  let better = 0
  for (let seed = 1; seed <= 20; seed += 1) {
    if ((await compareOnce({ seed, ...forms.kept, factor: 1.5 })) === 'better') better += 1
  }
  console.log(`half as much capacity again called better: ${better} of 20`)
  expect(better).toBeGreaterThanOrEqual(18)
})
