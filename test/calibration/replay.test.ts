// A recorded series as it is played: by the sample in the repository, and by the public data set where it is there.

import { expect, test } from 'vitest'
import { arrivals, replay, seconds } from '@plimsoll/workload'
import { readRecordedTimes } from '../../examples/replay/recorded-times.ts'
import { needsData } from '../optional-part.ts'

/** How many fall in each slot of `length`, from the first. */
function perSlot(times: Iterable<number>, length: number, from = 0): Map<number, number> {
  const counts = new Map<number, number>()
  for (const time of times) {
    const slot = Math.floor((time - from) / length)
    counts.set(slot, (counts.get(slot) ?? 0) + 1)
  }
  return counts
}

/** What was recorded and what is due, slot by slot. */
function replayed(folder: string | undefined, faster: number) {
  const at = readRecordedTimes(folder)
  const shape = replay({ at, resolution: seconds(1) })
  const played = shape.scaled({ level: faster, duration: 1 / faster })
  const due = arrivals(played, { seed: 1 })
  return {
    recorded: perSlot(at, 1_000, at[0]),
    due: perSlot(due, 1_000 / faster),
    lasts_s: (played.lasts * faster) / 1_000,
  }
}

test('the sample is replayed second by second, at any speed', () => {
  for (const faster of [1, 7, 100]) {
    const { recorded, due } = replayed(undefined, faster)
    expect(due).toEqual(recorded)
  }
})

test('the first 9,999 requests of a July day are replayed, a hundred times as fast', (context) => {
  needsData('nasa-http', context)
  const folder = process.env['PLIMSOLL_DATA']
  expect(readRecordedTimes(folder)).toHaveLength(9_999)
  const { recorded, due, lasts_s } = replayed(folder, 100)
  expect(due).toEqual(recorded)
  expect(lasts_s).toBeCloseTo(13_184, 3)
})
