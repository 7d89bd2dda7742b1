// The instants at which sessions are due, from a shape and a seed. Pure: no clock, no state but the count.

import { randomStream } from './random.ts'
import { ms, type Milliseconds } from './units.ts'
import type { Shape } from './shape.ts'

/**
 * Due times of an open shape in milliseconds from its start, ascending, ending with the shape.
 * Poisson: unit-rate arrival times (a running sum of exponentials) through the shape's inverse, so the
 * same seed at twice the rate is the same sequence in half the time. Stretches that begin with another session
 * have another sequence: repeats that shared one would agree with each other more than with the truth.
 * `from_ms` begins within the shape, as if nothing had been due before.
 */
export function* arrivals(
  shape: Shape,
  {
    seed,
    first_session = 0,
    from_ms = 0,
  }: { seed: number; first_session?: number; from_ms?: number },
): Generator<Milliseconds, void> {
  if (shape.model === 'closed') return
  const random = randomStream(seed, first_session, 2)
  let unitTime = shape.arrivalsBy(ms(from_ms))
  for (;;) {
    unitTime += shape.spacing === 'poisson' ? random.exponential() : 1
    // Evenly spaced arrivals sit in the middle of their slots, so that phases join without a double.
    const due = shape.dueAt(shape.spacing === 'poisson' ? unitTime : unitTime - 0.5)
    if (due >= shape.lasts) return
    yield ms(due)
  }
}
