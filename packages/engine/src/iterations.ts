// A stretch that lives so many sessions and is over then: each place its share, or all from one pile.

import type { Iterations } from '@plimsoll/workload'
import type { Steer } from './messages.ts'
import {
  shareOf,
  StretchTime,
  type EndedSession,
  type Stretch,
  type StretchOptions,
} from './stretch.ts'

/** How long a place waits before it lives again, after a session without an action or one that was not let in. */
const again_ms = 10

/**
 * Place p of n lives the sessions p, p + n, p + 2n, … where each has its share, so that a session is in the same
 * place in every run; where all take from one pile, whoever is free lives the next.
 */
export class IterationsStretch implements Stretch {
  readonly ended: Promise<number>
  readonly #end: (at: number) => void
  readonly #options: StretchOptions
  readonly #time: StretchTime
  readonly #by: Iterations['by']
  readonly #places: number
  readonly #total: number
  /** Of a pile: the next session. */
  #next = 0
  /** Sessions still to end. */
  #left: number
  /** Sessions whose turn came while it was paused. */
  #held: number[] = []
  #stopped = false

  constructor(options: StretchOptions) {
    const { shape, shard, beginsAt, queue } = options
    const { by, count } = shape.iterations as Iterations
    const { promise, resolve } = Promise.withResolvers<number>()
    this.ended = promise
    this.#end = (at) => {
      this.#stopped = true
      resolve(at)
    }
    this.#options = options
    this.#time = new StretchTime(beginsAt)
    this.#by = by
    this.#places = Math.max(1, Math.round(shape.highest))
    this.#total = by === 'each' ? this.#places * count : count
    this.#left = by === 'each' ? shareOf(shard, this.#places) * count : shareOf(shard, count)
    queue.add({ due: beginsAt, wake: () => this.#beginAll() })
    this.#endInTime(beginsAt + shape.lasts)
  }

  stop(): void {
    this.#end(Math.max(this.#options.beginsAt, this.#options.now()))
  }

  /** Its sessions are counted, so only a pause steers it. */
  steer({ paused }: Steer): void {
    const now = this.#options.now()
    if (paused) return this.#time.pause(now)
    this.#time.goOn(now)
    const held = this.#held
    this.#held = []
    for (const nth of held) this.#begin(nth, now)
  }

  sessionEnded({ actions, place, first_session }: EndedSession): void {
    if (this.#stopped || first_session !== this.#options.first_session) return
    const at = this.#options.now()
    if (actions > 0) this.#isOver(place, at)
    else this.#isOverLater(place, at + again_ms)
  }

  #beginAll(): void {
    const { shard, beginsAt } = this.#options
    const atOnce = Math.min(shareOf(shard, this.#places), this.#left)
    if (this.#stopped) return
    if (atOnce === 0) return this.#end(beginsAt)
    this.#next = shard.index + atOnce * shard.of
    const first = Array.from({ length: atOnce }, (_, nth) => shard.index + nth * shard.of)
    for (const nth of first) this.#begin(nth, beginsAt)
  }

  /** Begins session `nth` of the stretch. Whoever is not let in has had his turn: it counts as dropped. */
  #begin(nth: number, due: number): void {
    if (this.#time.isPaused) this.#held.push(nth)
    else if (!this.#options.arrive(due, nth)) this.#isOverLater(nth, due + again_ms)
  }

  #isOverLater(nth: number, at: number): void {
    this.#options.queue.add({ due: at, wake: () => this.#isOver(nth, at) })
  }

  #isOver(nth: number, at: number): void {
    if (this.#stopped) return
    this.#left -= 1
    if (this.#left === 0) return this.#end(at)
    const following = this.#by === 'each' ? nth + this.#places : this.#next
    if (following >= this.#total) return
    this.#next = following + this.#options.shard.of
    this.#begin(following, at)
  }

  #endInTime(at: number): void {
    this.#options.queue.add({
      due: at,
      wake: () => {
        if (this.#stopped) return
        const endsAt = this.#time.isPaused
          ? at + again_ms
          : this.#time.at(this.#options.shape.lasts)
        if (at >= endsAt) this.#end(endsAt)
        else this.#endInTime(endsAt)
      },
    })
  }
}
