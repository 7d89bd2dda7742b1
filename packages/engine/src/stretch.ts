// A stretch of load: one shape, one mix, from an instant on. It starts sessions when they are due and
// knows nothing of what they do.

import { arrivals, ms, type Shape } from '@plimsoll/workload'
import type { DueQueue } from './due-queue.ts'
import type { Steer } from './messages.ts'

export interface StretchOptions {
  readonly shape: Shape
  readonly seed: number
  /** Names its sequence of arrivals. */
  readonly first_session: number
  /** When it begins, on the engine's clock, ms. */
  readonly beginsAt: number
  readonly now: () => number
  readonly queue: DueQueue
  /** Starts the next session, due at an instant in ms. False when none was free. */
  readonly arrive: (due: number) => boolean
  /** Sessions alive now: what a closed stretch keeps level. */
  readonly alive: () => number
}

/** A stretch being played. */
export interface Stretch {
  /** Resolves when it is over, with the instant at which it ended, ms. */
  readonly ended: Promise<number>
  /** Ends it at once. */
  stop(): void
  /** From now on: pauses it, lets it go on, or changes its level. */
  steer(steer: Steer): void
  /** A session has ended, with so many actions made. */
  sessionEnded(actions: number): void
}

/** Begins to play: nothing happens before `beginsAt`. */
export function playStretch(options: StretchOptions): Stretch {
  return options.shape.model === 'open' ? playOpen(options) : playClosed(options)
}

/** Instants of a stretch's own time, which stands still while it is paused. */
class StretchTime {
  /** The instant at which its time is zero, ms. */
  #zero: number
  #pausedAt: number | null = null

  constructor(beginsAt: number) {
    this.#zero = beginsAt
  }

  get isPaused(): boolean {
    return this.#pausedAt !== null
  }

  at(elapsed: number): number {
    return this.#zero + elapsed
  }

  elapsed(at: number): number {
    return Math.max(0, (this.#pausedAt ?? at) - this.#zero)
  }

  pause(now: number): void {
    this.#pausedAt ??= now
  }

  goOn(now: number): void {
    if (this.#pausedAt === null) return
    // Paused before it had begun, it begins now at the earliest.
    this.#zero = Math.max(this.#zero, now - this.elapsed(now))
    this.#pausedAt = null
  }
}

function playOpen(options: StretchOptions): Stretch {
  const { seed, first_session, beginsAt, now, queue, arrive } = options
  const { promise, resolve } = Promise.withResolvers<number>()
  const time = new StretchTime(beginsAt)
  let shape = options.shape
  let due = arrivals(shape, { seed, first_session })
  let stopped = false
  /** What was queued before the last steering is void. */
  let steered = 0

  function waitForNext(): void {
    const { done, value } = due.next()
    const at = time.at(value ?? shape.lasts)
    const queued = steered
    queue.add({
      due: at,
      wake() {
        if (stopped || queued !== steered) return
        if (done === true) return end(at)
        waitForNext()
        arrive(at)
      },
    })
  }

  function steer({ paused, level }: Steer): void {
    if (stopped) return
    steered += 1
    if (paused) return time.pause(now())
    time.goOn(now())
    shape = options.shape.scaled({ level, duration: 1 })
    due = arrivals(shape, { seed, first_session, from_ms: time.elapsed(now()) })
    waitForNext()
  }

  function end(at: number): void {
    stopped = true
    resolve(at)
  }

  waitForNext()
  return {
    ended: promise,
    stop: () => end(Math.max(beginsAt, now())),
    steer,
    sessionEnded: () => {},
  }
}

/** How often a closed stretch looks whether its level has risen. */
const levelEvery_ms = 10

/**
 * A session that ends is followed at once by the next, which is due then. One that made no action is
 * followed at the next look, so that an empty persona cannot spin.
 */
function playClosed(options: StretchOptions): Stretch {
  const { beginsAt, now, queue, arrive, alive } = options
  const { promise, resolve } = Promise.withResolvers<number>()
  const time = new StretchTime(beginsAt)
  let shape = options.shape
  let stopped = false

  function fill(at: number): void {
    const level = Math.round(shape.levelAt(ms(time.elapsed(at))))
    // Counted down, because a session may end at once; one that is not let in is enough to be seen.
    for (let missing = level - alive(); missing > 0 && arrive(at); missing -= 1);
  }

  function look(at: number): void {
    queue.add({
      due: at,
      wake() {
        if (stopped) return
        const endsAt = time.isPaused ? Infinity : time.at(shape.lasts)
        if (at >= endsAt) return end(endsAt)
        if (!time.isPaused) fill(at)
        look(Math.min(endsAt, Math.max(at + levelEvery_ms, now())))
      },
    })
  }

  function steer({ paused, level }: Steer): void {
    if (paused) return time.pause(now())
    time.goOn(now())
    shape = options.shape.scaled({ level, duration: 1 })
  }

  function end(at: number): void {
    stopped = true
    resolve(at)
  }

  look(beginsAt)
  return {
    ended: promise,
    stop: () => end(Math.max(beginsAt, now())),
    steer,
    sessionEnded(actions) {
      const at = now()
      const isOpen = !stopped && !time.isPaused && at >= beginsAt && at < time.at(shape.lasts)
      if (isOpen && actions > 0) fill(at)
    },
  }
}
