// A stretch of load: one shape, one mix, from an instant on. It starts sessions when they are due and
// knows nothing of what they do.

import { arrivals, ms, type Shape } from '@plimsoll/workload'
import type { DueQueue } from './due-queue.ts'
import { IterationsStretch } from './iterations.ts'
import type { Shard, Steer } from './messages.ts'

export interface StretchOptions {
  readonly shape: Shape
  readonly seed: number
  /** Its part of the sessions. */
  readonly shard: Shard
  /** Names its sequence of arrivals. */
  readonly first_session: number
  /** When it begins, on the engine's clock, ms. */
  readonly beginsAt: number
  readonly now: () => number
  readonly queue: DueQueue
  /** Starts a session, due at an instant in ms: the next one, or the one of this place. False when none was free. */
  readonly arrive: (due: number, place?: number) => boolean
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
  /** A session has ended, of this stretch or of one before. */
  sessionEnded(session: EndedSession): void
}

/** What a stretch is told of a session that has ended. */
export interface EndedSession {
  /** The first session of the stretch that it is of, and which one it is, from 0. */
  readonly first_session: number
  readonly place: number
  /** How many actions it made. */
  readonly actions: number
}

/** How many of 0 … `count` − 1 are in a shard. */
export function shareOf({ index, of }: Shard, count: number): number {
  return Math.max(0, Math.ceil((count - index) / of))
}

/** Begins to play: nothing happens before `beginsAt`. */
export function playStretch(options: StretchOptions): Stretch {
  if (options.shape.iterations !== undefined) return new IterationsStretch(options)
  return options.shape.model === 'open' ? playOpen(options) : playClosed(options)
}

/** Instants of a stretch's own time, which stands still while it is paused. */
export class StretchTime {
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
  const { seed, shard, first_session, beginsAt, now, queue, arrive } = options
  const { promise, resolve } = Promise.withResolvers<number>()
  const time = new StretchTime(beginsAt)
  let shape = options.shape
  let due = arrivals(shape, { seed, first_session })
  let stopped = false
  let place = -1
  /** The place of the last one that arrived: what was only drawn is void when it is steered. */
  let arrived = -1
  /** What was queued before the last steering is void. */
  let steered = 0

  /** All shards draw the same arrivals; each keeps its own. */
  function nextOwn(): IteratorResult<number, void> {
    let drawn: IteratorResult<number, void>
    do {
      drawn = due.next()
      place += 1
    } while (drawn.done !== true && place % shard.of !== shard.index)
    return drawn
  }

  function waitForNext(): void {
    const { done, value } = nextOwn()
    const at = time.at(value ?? shape.lasts)
    const own = place
    const queued = steered
    queue.add({
      due: at,
      wake() {
        if (stopped || queued !== steered) return
        if (done === true) return end(at)
        arrived = own
        waitForNext()
        arrive(at, own)
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
    place = arrived
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
  const { shard, beginsAt, now, queue, arrive, alive } = options
  const { promise, resolve } = Promise.withResolvers<number>()
  const time = new StretchTime(beginsAt)
  let shape = options.shape
  let stopped = false

  function fill(at: number): void {
    const level = shareOf(shard, Math.round(shape.levelAt(ms(time.elapsed(at)))))
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
    sessionEnded({ actions }) {
      const at = now()
      const isOpen = !stopped && !time.isPaused && at >= beginsAt && at < time.at(shape.lasts)
      if (isOpen && actions > 0) fill(at)
    },
  }
}
