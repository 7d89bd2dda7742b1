// A closed load that is over when so many sessions have been lived.

import { hold, rounded, type Iterations, type Shape } from './shape.ts'
import { ms, sessions as alive, type Milliseconds } from './units.ts'

export type IterationsOptions = {
  /** How many are alive at once. */
  readonly sessions: number
  /** It is over then, done or not. */
  readonly within: Milliseconds
} & (
  | {
      /** Every place lives so many sessions, one after the other. */
      readonly each: number
    }
  | {
      /** All places together live so many; a quick one lives more of them. */
      readonly total: number
    }
)

/**
 * So many sessions and no more, `sessions` of them at once: `each` for a share that is the same for all, `total` for
 * a pile that all take from.
 */
export function iterations(options: IterationsOptions): Shape {
  const { sessions, within } = options
  const by = 'each' in options ? 'each' : 'all'
  const count = 'each' in options ? options.each : options.total
  for (const [name, value] of Object.entries({ sessions, [by === 'each' ? by : 'total']: count })) {
    if (Number.isInteger(value) && value > 0) continue
    throw new RangeError(
      `iterations: expected ${name} to be a whole number above 0, found ${value}`,
    )
  }
  return counted({ sessions, within, iterations: { by, count } })
}

function counted({
  sessions,
  within,
  iterations: { by, count },
}: {
  readonly sessions: number
  readonly within: Milliseconds
  readonly iterations: Iterations
}): Shape {
  const times = by === 'each' ? `${count} times each` : `${count} in all`
  const atLeastOne = (value: number) => Math.max(1, Math.round(value))
  return Object.freeze({
    ...hold({ at: alive(sessions), for: within }),
    iterations: Object.freeze({ by, count }),
    words: `${sessions} sessions at once, ${times}, within ${rounded(within / 1_000)} s`,
    // A share each stays what it is at another level; a pile grows with those who take from it.
    scaled: ({ level, duration }: { level: number; duration: number }) =>
      counted({
        sessions: atLeastOne(sessions * level),
        within: ms(within * duration),
        iterations: { by, count: atLeastOne(count * duration * (by === 'all' ? level : 1)) },
      }),
  })
}
