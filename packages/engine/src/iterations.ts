// A stretch that lives so many sessions and is over then: each place its share, or all from one pile.

import type { Iterations } from '@plimsoll/workload'
import type { Steer } from './messages.ts'
import { shareOf, type EndedSession, type Stretch, type StretchOptions } from './stretch.ts'

/** How long a place waits before it lives again, after a session without an action or one that was not let in. */
const again_ms = 10

/**
 * Place p of n lives the sessions p, p + n, p + 2n, … where each has its share, so that a session is in the same
 * place in every run; where all take from one pile, whoever is free lives the next.
 */
export function playIterations(options: StretchOptions): Stretch {
  const { shape, shard, first_session, beginsAt, now, queue, arrive } = options
  const { by, count } = shape.iterations as Iterations
  const places = Math.max(1, Math.round(shape.highest))
  const total = by === 'each' ? places * count : count
  /** Of a shard: its places, and of a pile the sessions that would be lived by them. */
  const ownPlaces = shareOf(shard, places)
  const ownTotal = by === 'each' ? ownPlaces * count : shareOf(shard, count)
  const { promise, resolve } = Promise.withResolvers<number>()
  /** Of a pile: the next session. */
  let next = 0
  let ended = 0
  let stopped = false
  let paused = false
  /** Whose next session waits while the load is paused. */
  const held: number[] = []

  function end(at: number): void {
    stopped = true
    resolve(at)
  }

  /** Begins session `nth` of the stretch. Whoever is not let in has had his turn: it counts as dropped. */
  function begin(nth: number, due: number): void {
    if (arrive(due, nth)) return
    queue.add({ due: due + again_ms, wake: () => isOver(nth, due + again_ms) })
  }

  function isOver(nth: number, at: number): void {
    if (stopped) return
    if (paused) {
      held.push(nth)
      return
    }
    ended += 1
    if (ended === ownTotal) return end(at)
    const following = by === 'each' ? nth + places : next
    if (following >= total) return
    next = following + shard.of
    begin(following, at)
  }

  function begins(): void {
    if (stopped) return
    if (paused) return queue.add({ due: now() + again_ms, wake: begins })
    const atOnce = Math.min(ownPlaces, ownTotal)
    if (atOnce === 0) return end(beginsAt)
    next = shard.index + atOnce * shard.of
    for (let nth = 0; nth < atOnce; nth += 1) begin(shard.index + nth * shard.of, beginsAt)
  }

  /** How many sessions there are is declared: a level changes nothing. */
  function steer(steer: Steer): void {
    paused = steer.paused
    if (paused) return
    for (const nth of held.splice(0)) isOver(nth, now())
  }

  queue.add({ due: beginsAt, wake: begins })
  queue.add({ due: beginsAt + shape.lasts, wake: () => end(beginsAt + shape.lasts) })
  return {
    ended: promise,
    stop: () => end(Math.max(beginsAt, now())),
    steer,
    sessionEnded({ actions, place, ...session }: EndedSession) {
      if (stopped || session.first_session !== first_session) return
      const at = now()
      if (actions > 0) isOver(place, at)
      else queue.add({ due: at + again_ms, wake: () => isOver(place, at + again_ms) })
    },
  }
}
