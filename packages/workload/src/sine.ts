// Load that comes and goes, as by day and by night.

import { levelOf, rounded, spacingWords, unitOf, type Level } from './shape.ts'
import type { Shape, Spacing } from './shape.ts'
import { scaledShape } from './scaled-shape.ts'
import { ms, type Milliseconds } from './units.ts'

export interface SineOptions<L extends Level> {
  /** The level at which it begins, and to which it comes back. */
  readonly from: L
  /** The level half a period later. */
  readonly to: L
  readonly period: Milliseconds
  readonly for: Milliseconds
  readonly spacing?: Spacing
}

/**
 * A wave between two levels; it begins at one of them.
 *
 *   level(t) = mean − swing·cos(ωt)        mean = (from + to) / 2, swing = (to − from) / 2, ω = 2π / period
 *   N(t) = mean·t − swing·sin(ωt) / ω      t(n): whole periods of mean·period each, the rest by Newton
 */
export function sine<L extends Level>({
  from,
  to,
  period,
  for: lasts,
  spacing = 'poisson',
}: SineOptions<L>): Shape {
  const model = typeof from === 'object' ? 'closed' : 'open'
  if (!(period > 0)) throw new RangeError(`sine: expected a period above 0 ms, found ${period}`)
  const mean = (levelOf(from) + levelOf(to)) / 2
  const swing = (levelOf(to) - levelOf(from)) / 2
  const [duration, seconds] = [lasts / 1_000, period / 1_000]
  const omega = (2 * Math.PI) / seconds
  const level = (t: number) => mean - swing * Math.cos(omega * t)
  const area = (t: number) => mean * t - (swing * Math.sin(omega * t)) / omega
  const total = model === 'open' ? area(duration) : 0
  const whole = mean * seconds
  const shape: Shape = {
    model,
    spacing,
    lasts,
    words:
      `${rounded(levelOf(from))} ↔ ${rounded(levelOf(to))} ${unitOf(model)} every ` +
      `${rounded(seconds)} s over ${rounded(duration)} s${spacingWords(model, spacing)}`,
    highest: duration * 2 >= seconds ? Math.max(levelOf(from), levelOf(to)) : highestEnd(),
    mean: duration === 0 ? mean : area(duration) / duration,
    levelAt: (elapsed) => level(elapsed / 1_000),
    arrivalsBy(elapsed) {
      return model === 'open' ? area(Math.min(Math.max(elapsed / 1_000, 0), duration)) : 0
    },
    dueAt(n) {
      if (n > total) return ms(Infinity)
      if (n <= 0) return ms(0)
      const periods = Math.floor(n / whole)
      const t = rootWithin({ area, level, wanted: n - periods * whole, high: seconds })
      return ms(Math.min(periods * seconds + t, duration) * 1_000)
    },
    scaled: (factors) => scaledShape(shape, factors),
  }
  /** Within half a period the level only rises or only falls. */
  function highestEnd(): number {
    return Math.max(level(0), level(duration))
  }
  return Object.freeze(shape)
}

/** Newton's steps, kept between bounds that halve when a step would leave them: the level may be zero. */
function rootWithin({
  area,
  level,
  wanted,
  high,
}: {
  readonly area: (t: number) => number
  readonly level: (t: number) => number
  readonly wanted: number
  readonly high: number
}): number {
  let [below, above] = [0, high]
  let t = high / 2
  for (let turn = 0; turn < 100; turn += 1) {
    const over = area(t) - wanted
    if (over > 0) above = t
    else below = t
    const next = t - over / level(t)
    const inside = next > below && next < above ? next : (below + above) / 2
    if (Math.abs(inside - t) <= 1e-12 * high) return inside
    t = inside
  }
  return t
}
