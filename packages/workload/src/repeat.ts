// Shapes made of others: the same one again and again, and a staircase.

import { hold, inTurn, levelOf, type Level, type Shape, type Spacing } from './shape.ts'
import { scaledShape } from './scaled-shape.ts'
import { ms, perSecond, sessions, type Milliseconds } from './units.ts'

/**
 * A shape so many times, one after the other, at the cost of one.
 *
 *   N(t) = ⌊t / lasts⌋·total + N(t mod lasts)        t(n) = k·lasts + t(n − k·total), k times before it
 */
export function repeat(shape: Shape, { times }: { readonly times: number }): Shape {
  if (!(Number.isInteger(times) && times > 0)) {
    throw new RangeError(`repeat: expected a whole number of times above 0, found ${times}`)
  }
  if (shape.iterations !== undefined) {
    throw new RangeError('iterations end when they are done, so they are a phase of their own')
  }
  const total = shape.arrivalsBy(shape.lasts)
  /** Which time it is at `elapsed`; its last instant belongs to the last time. */
  const nthAt = (elapsed: number) =>
    Math.min(times - 1, Math.max(0, Math.floor(elapsed / shape.lasts)))
  const repeated: Shape = {
    model: shape.model,
    spacing: shape.spacing,
    lasts: ms(shape.lasts * times),
    words: `${times} times: ${shape.words}`,
    highest: shape.highest,
    mean: shape.mean,
    levelAt: (elapsed) => shape.levelAt(ms(elapsed - nthAt(elapsed) * shape.lasts)),
    arrivalsBy(elapsed) {
      const nth = nthAt(elapsed)
      return nth * total + shape.arrivalsBy(ms(elapsed - nth * shape.lasts))
    },
    dueAt(n) {
      if (n > total * times) return ms(Infinity)
      // Arrival `total` is the last of the first time, not the first of the second.
      const nth = Math.min(times - 1, Math.max(0, Math.ceil(n / total) - 1))
      const within = Math.min(Math.max(n - nth * total, 0), total)
      return ms(nth * shape.lasts + shape.dueAt(within))
    },
    scaled: (factors) => scaledShape(repeated, factors),
  }
  return Object.freeze(repeated)
}

export interface StepsOptions<L extends Level> {
  readonly from: L
  readonly to: L
  /** How many levels, both ends included. */
  readonly count: number
  /** How long each level is held. */
  readonly each: Milliseconds
  readonly spacing?: Spacing
}

/** A staircase: `count` levels at equal distances, each held equally long. It may lead down. */
export function steps<L extends Level>({
  from,
  to,
  count,
  each,
  spacing = 'poisson',
}: StepsOptions<L>): Shape {
  if (!(Number.isInteger(count) && count > 1)) {
    throw new RangeError(`steps: expected a whole number of levels above 1, found ${count}`)
  }
  const levelled = typeof from === 'object' ? sessions : perSecond
  const rise = (levelOf(to) - levelOf(from)) / (count - 1)
  return inTurn(
    ...Array.from({ length: count }, (_, nth) =>
      hold({ at: levelled(levelOf(from) + rise * nth), for: each, spacing }),
    ),
  )
}
