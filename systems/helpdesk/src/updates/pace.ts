// How often clients should poll. The busier the process, the longer the interval that it asks for: the
// cheapest poll is the one that is not sent.

import { performance, type EventLoopUtilization } from 'node:perf_hooks'

/** Seconds between polls, by the share of time in which the event loop was busy. */
const steps = [
  { below: 0.7, seconds: 5 },
  { below: 0.85, seconds: 10 },
  { below: 0.95, seconds: 20 },
] as const
const slowest = 30

/** Seconds that a client should wait between polls. */
export function intervalFor(busyShare: number): number {
  return steps.find(({ below }) => busyShare < below)?.seconds ?? slowest
}

/** Measures once a second how busy the process is. */
export class Pace implements Disposable {
  readonly #timer: NodeJS.Timeout
  #before: EventLoopUtilization = performance.eventLoopUtilization()
  #interval = String(intervalFor(0))

  constructor() {
    this.#timer = setInterval(() => {
      const { utilization } = performance.eventLoopUtilization(this.#before)
      this.#before = performance.eventLoopUtilization()
      this.#interval = String(intervalFor(utilization))
    }, 1_000).unref()
  }

  /** The value of X-Poll-Interval, in seconds. */
  get interval(): string {
    return this.#interval
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
