// A stretch of load: one shape, one mix, from an instant on. It starts sessions when they are due and
// knows nothing of what they do.

import { arrivals, ms, type Shape } from '@plimsoll/workload'
import type { DueQueue } from './due-queue.ts'
import { playIterations } from './iterations.ts'
import type { Shard } from './messages.ts'

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
  if (options.shape.iterations !== undefined) return playIterations(options)
  return options.shape.model === 'open' ? playOpen(options) : playClosed(options)
}

function playOpen(options: StretchOptions): Stretch {
  const { shape, seed, shard, first_session, beginsAt, now, queue, arrive } = options
  const { promise, resolve } = Promise.withResolvers<number>()
  const due = arrivals(shape, { seed, first_session })
  let stopped = false
  let place = -1

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
    if (done === true)
      queue.add({ due: beginsAt + shape.lasts, wake: () => end(beginsAt + shape.lasts) })
    else {
      const at = beginsAt + value
      const own = place
      queue.add({
        due: at,
        wake() {
          if (stopped) return
          waitForNext()
          arrive(at, own)
        },
      })
    }
  }

  function end(at: number): void {
    stopped = true
    resolve(at)
  }

  waitForNext()
  return { ended: promise, stop: () => end(Math.max(beginsAt, now())), sessionEnded: () => {} }
}

/** How often a closed stretch looks whether its level has risen. */
const levelEvery_ms = 10

/**
 * A session that ends is followed at once by the next, which is due then. One that made no action is
 * followed at the next look, so that an empty persona cannot spin.
 */
function playClosed({
  shape,
  shard,
  beginsAt,
  now,
  queue,
  arrive,
  alive,
}: StretchOptions): Stretch {
  const { promise, resolve } = Promise.withResolvers<number>()
  const endsAt = beginsAt + shape.lasts
  let stopped = false

  function fill(at: number): void {
    const level = shareOf(shard, Math.round(shape.levelAt(ms(at - beginsAt))))
    // Counted down, because a session may end at once; one that is not let in is enough to be seen.
    for (let missing = level - alive(); missing > 0 && arrive(at); missing -= 1);
  }

  function look(at: number): void {
    queue.add({
      due: at,
      wake() {
        if (stopped) return
        if (at >= endsAt) return end(endsAt)
        fill(at)
        look(Math.min(endsAt, Math.max(at + levelEvery_ms, now())))
      },
    })
  }

  function end(at: number): void {
    stopped = true
    resolve(at)
  }

  look(beginsAt)
  return {
    ended: promise,
    stop: () => end(Math.max(beginsAt, now())),
    sessionEnded({ actions }) {
      const at = now()
      if (!stopped && actions > 0 && at >= beginsAt && at < endsAt) fill(at)
    },
  }
}
