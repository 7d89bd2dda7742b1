import { expect, test } from 'vitest'
import type { Verdict } from '@plimsoll/record'
import { bisect, bisectSteps } from './bisect.ts'

const range = { from: 0, to: 80_000, within: 5_000 }

async function played(
  verdictOf: (value: number, times: number) => Verdict,
  options: Partial<typeof range> = {},
): Promise<number[]> {
  const tried: number[] = []
  const measure = async (value: number) => {
    const times = tried.filter((one) => one === value).length
    tried.push(value)
    return verdictOf(value, times)
  }
  await bisect({ ...range, ...options, measure })
  return tried
}

test.for([1_000, 12_345, 40_000, 79_999])(
  'a limit of %i is bracketed in as few tries as said',
  async (limit) => {
    const tried = await played((value) => (value <= limit ? 'holds' : 'fails'))
    const held = Math.max(...tried.filter((value) => value <= limit))
    const failed = Math.min(...tried.filter((value) => value > limit))
    expect(failed - held).toBeLessThanOrEqual(range.within)
    expect(tried.length).toBeLessThanOrEqual(bisectSteps(range))
  },
)

test('where not even the first end holds, or the other holds too, nothing between them is tried', async () => {
  expect(await played(() => 'fails')).toEqual([0])
  expect(await played(() => 'holds')).toEqual([0, 80_000])
})

test('what shows neither is tried once more, and then counts as not holding', async () => {
  const unsure = (value: number, times: number): Verdict =>
    value === 40_000 ? (times === 0 ? 'inconclusive' : 'holds') : value < 50_000 ? 'holds' : 'fails'
  expect((await played(unsure)).slice(2, 5)).toEqual([40_000, 40_000, 60_000])
  expect(await played(() => 'inconclusive')).toEqual([0, 0])
})
