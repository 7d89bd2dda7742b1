// Time since the load began, on the machine's monotonic clock: the same in every process of the machine,
// so the lab's seconds and the engine's seconds are the same seconds.

/** The monotonic clock of this machine, ms. */
export function monotonic(): number {
  return performance.now() + offset
}

/**
 * The two clocks cannot be read at once, and the first reading is slow. Of many, the largest difference is that of the two
 * readings closest together: a smaller one would make this thread's time lag behind that of others.
 */
const offset = Math.max(
  ...Array.from({ length: 20 }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()),
)

/** An instant as seconds since the load began. */
export interface LoadClock {
  readonly now: () => number
  /** When the load began, on `now`'s clock, ms. */
  beganAt: number
}

/** Seconds since the load began; fractional. */
export function loadSecond(clock: LoadClock, instant = clock.now()): number {
  return Math.max(0, (instant - clock.beganAt) / 1_000)
}
