// Shapes that a workload brings itself.

import type { Shape, Spacing } from './shape.ts'
import { scaledShape } from './scaled-shape.ts'
import { ms, type Milliseconds } from './units.ts'

/** Two methods, the one the inverse of the other, are an open shape. */
export interface CustomShape {
  /** For the plan and the report. */
  readonly words: string
  readonly lasts: Milliseconds
  readonly spacing?: Spacing
  /** Arrivals expected in total by `elapsed`, from 0 to `lasts`. Never decreases; 0 at 0. */
  arrivalsBy(elapsed: Milliseconds): number
  /** When arrival `n` is due, for any `n` from 0 to `arrivalsBy(lasts)`, whole or not. */
  dueAt(n: number): Milliseconds
}

/** How many instants are looked at, for the highest level and for what the methods promise. */
const looks = 1_000
/** How far apart the two methods may be, in arrivals per arrival. */
const tolerance = 1e-6

/**
 * An open shape of your own. Throws `RangeError` when the methods do not keep to what they promise.
 *
 * ```ts
 * // Twice as many sessions each minute: N(t) = 60·(2^t − 1), t in minutes.
 * const doubling = custom({
 *   words: 'twice as many each minute',
 *   lasts: minutes(5),
 *   arrivalsBy: (elapsed) => 60 * (2 ** (elapsed / 60_000) - 1),
 *   dueAt: (n) => minutes(Math.log2(n / 60 + 1)),
 * })
 * ```
 */
export function custom({ spacing = 'poisson', ...own }: CustomShape): Shape {
  const { words, lasts } = own
  if (!(Number.isFinite(lasts) && lasts > 0)) {
    throw new RangeError(`custom: expected a duration above 0 ms, found ${lasts}`)
  }
  const step = lasts / looks
  const arrivalsBy = (elapsed: number) => own.arrivalsBy(ms(Math.min(Math.max(elapsed, 0), lasts)))
  const total = arrivalsBy(lasts)
  /** The mean level around `elapsed`, over a thousandth of the time. */
  const levelAt = (elapsed: number) => {
    const from = Math.min(Math.max(elapsed - step / 2, 0), lasts - step)
    return (arrivalsBy(from + step) - arrivalsBy(from)) / (step / 1_000)
  }
  const highest = highestOf({ ...own, arrivalsBy, step })
  const shape: Shape = {
    model: 'open',
    spacing,
    lasts,
    words,
    highest,
    mean: (total / lasts) * 1_000,
    levelAt,
    arrivalsBy,
    dueAt(n) {
      if (n > total) return ms(Infinity)
      return n <= 0 ? ms(0) : own.dueAt(n)
    },
    scaled: (factors) => scaledShape(shape, factors),
  }
  return Object.freeze(shape)
}

/** The highest level; throws where arrivals decrease or the inverse is none. */
function highestOf({
  arrivalsBy,
  dueAt,
  step,
}: {
  readonly arrivalsBy: (elapsed: number) => number
  readonly dueAt: (n: number) => number
  readonly step: number
}): number {
  if (arrivalsBy(0) !== 0) {
    throw new RangeError(`custom: expected arrivalsBy(0) to be 0, found ${arrivalsBy(0)}`)
  }
  let highest = 0
  let before = 0
  for (let look = 1; look <= looks; look += 1) {
    const elapsed = look * step
    const n = arrivalsBy(elapsed)
    if (!(n >= before && Number.isFinite(n))) {
      const problem = `found ${n} by ${elapsed} ms after ${before}`
      throw new RangeError(`custom: expected arrivals that never decrease, ${problem}`)
    }
    const back = n > before ? arrivalsBy(dueAt(n)) : n
    if (!(Math.abs(back - n) <= tolerance * Math.max(1, n))) {
      const problem = `arrival ${n} is due at ${dueAt(n)} ms, by when arrivalsBy says ${back}`
      throw new RangeError(`custom: expected dueAt to be the inverse of arrivalsBy; ${problem}`)
    }
    highest = Math.max(highest, ((n - before) / step) * 1_000)
    before = n
  }
  return highest
}
