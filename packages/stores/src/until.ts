// Waits for a condition with a deadline, on the monotonic clock.

import { setTimeout as sleep } from 'node:timers/promises'

export interface UntilOptions {
  readonly deadline_ms: number
  readonly every_ms?: number
}

/** Asks again and again; false when the deadline passed first. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { deadline_ms, every_ms = 20 }: UntilOptions,
): Promise<boolean> {
  const end = performance.now() + deadline_ms
  for (;;) {
    if (await condition()) return true
    if (performance.now() >= end) return false
    await sleep(every_ms)
  }
}
