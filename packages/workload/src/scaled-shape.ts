// Any shape, higher or longer: what shapes without numbers of their own to multiply are scaled by.

import { rounded, type Shape } from './shape.ts'
import { ms, type Milliseconds } from './units.ts'

/** What levels and durations are multiplied by. */
export interface ShapeFactors {
  readonly level: number
  readonly duration: number
}

/**
 * `shape` with every level and duration multiplied.
 *
 *   N′(t) = level·duration·N(t / duration)        t′(n) = duration·t(n / (level·duration))
 */
export function scaledShape(shape: Shape, { level, duration }: ShapeFactors): Shape {
  const area = level * duration
  const times = [
    ...(level === 1 ? [] : [`at ${rounded(level)} × the level`]),
    ...(duration === 1 ? [] : [`${rounded(duration)} × as long`]),
  ]
  return Object.freeze({
    model: shape.model,
    spacing: shape.spacing,
    lasts: ms(shape.lasts * duration),
    words: [shape.words, ...times].join(', '),
    highest: shape.highest * level,
    mean: shape.mean * level,
    levelAt: (elapsed: Milliseconds) => level * shape.levelAt(ms(elapsed / duration)),
    arrivalsBy: (elapsed: Milliseconds) => area * shape.arrivalsBy(ms(elapsed / duration)),
    dueAt: (n: number) => ms(duration * shape.dueAt(n / area)),
    scaled: (factors: ShapeFactors) =>
      scaledShape(shape, { level: level * factors.level, duration: duration * factors.duration }),
  })
}
