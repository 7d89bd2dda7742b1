// A recorded series of arrivals as a shape: what really happened, as often and as fast as one likes.

import { rounded, spacingWords, type Shape, type Spacing } from './shape.ts'
import { scaledShape } from './scaled-shape.ts'
import { ms, type Milliseconds } from './units.ts'

export interface ReplayOptions {
  /** When each arrival was recorded, ascending, from any origin. */
  readonly at: readonly Milliseconds[]
  /** How finely they were recorded: arrivals of one such slot are spread over it. */
  readonly resolution: Milliseconds
  /** Default `even`: exactly as many in each slot as were recorded. `poisson`: as many on average. */
  readonly spacing?: Spacing
}

/** 24 hours of milliseconds; beyond, the record is coarser than its resolution claims or no record. */
const slotsAtMost = 86_400_000

/**
 * A recorded series of arrivals, from its first slot to its last. `scaled({ level: 60, duration: 1 / 60 })` plays
 * an hour of them in a minute.
 *
 *   N(t) = arrivals in the slots before t + those of its slot × the part of it that has passed
 */
export function replay({ at, resolution, spacing = 'even' }: ReplayOptions): Shape {
  const by = cumulated(at, resolution)
  const slots = by.length - 1
  const lasts = ms(slots * resolution)
  const total = by[slots] as number
  const perSlot = (slot: number) => (by[slot + 1] as number) - (by[slot] as number)
  const slotAt = (elapsed: number) =>
    Math.min(slots - 1, Math.max(0, Math.floor(elapsed / resolution)))
  let most = 0
  for (let slot = 0; slot < slots; slot += 1) most = Math.max(most, perSlot(slot))
  const rate = 1_000 / resolution
  const shape: Shape = {
    model: 'open',
    spacing,
    lasts,
    words:
      `${total} recorded arrivals over ${rounded(lasts / 1_000)} s, at most ` +
      `${rounded(most * rate)} sessions/s${spacingWords('open', spacing)}`,
    highest: most * rate,
    mean: (total / lasts) * 1_000,
    levelAt: (elapsed) => perSlot(slotAt(elapsed)) * rate,
    arrivalsBy(elapsed) {
      const t = Math.min(Math.max(elapsed, 0), lasts)
      const slot = slotAt(t)
      return (by[slot] as number) + perSlot(slot) * (t / resolution - slot)
    },
    dueAt(n) {
      if (n > total) return ms(Infinity)
      if (n <= 0) return ms(0)
      const slot = firstReaching(by, n)
      return ms((slot + (n - (by[slot] as number)) / perSlot(slot)) * resolution)
    },
    scaled: (factors) => scaledShape(shape, factors),
  }
  return Object.freeze(shape)
}

/** Arrivals before each slot, and after the last. */
function cumulated(at: readonly number[], resolution: number): Float64Array {
  const unit = `replay: expected`
  if (!(resolution > 0)) throw new RangeError(`${unit} a resolution above 0, found ${resolution}`)
  const [first] = at
  const last = at.at(-1)
  if (first === undefined || last === undefined) {
    throw new RangeError(`${unit} recorded arrivals, found none`)
  }
  const wrong = at.findIndex((time, n) => !(n === 0 ? Number.isFinite(time) : time >= at[n - 1]!))
  if (wrong !== -1) {
    throw new RangeError(`${unit} ascending times, found ${at[wrong]} at place ${wrong}`)
  }
  const origin = Math.floor(first / resolution)
  const slots = Math.floor(last / resolution) - origin + 1
  if (!(slots <= slotsAtMost)) {
    throw new RangeError(`${unit} at most ${slotsAtMost} slots of ${resolution} ms, found ${slots}`)
  }
  const by = new Float64Array(slots + 1)
  for (const time of at) by[Math.floor(time / resolution) - origin + 1]! += 1
  for (let slot = 1; slot <= slots; slot += 1) by[slot]! += by[slot - 1]!
  return by
}

/** The slot in which arrival `n` falls: the first after which at least `n` have come. */
function firstReaching(by: Float64Array, n: number): number {
  let [low, high] = [0, by.length - 2]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((by[middle + 1] as number) >= n) high = middle
    else low = middle + 1
  }
  return low
}
