// What the tests of the load generator play: one persona, one phase, a simulated server.

import {
  hold,
  perSecond,
  persona,
  seconds,
  workload,
  type Persona,
  type Shape,
} from '@plimsoll/workload'
import { simulation, type Serve } from './simulation.ts'

/** Answers everything after 5 ms. */
export const instant: Serve = () => ({ after: 5, status: 200, body: '{"id":1}' })
/** Reads once. */
export const visitor = persona({
  why: 'reads',
  live: async ({ http }) => void (await http.get('/reviews')),
})

/** A simulated load of one phase, `only`, of one persona. */
export function simulate(
  shape: Shape,
  options: { live?: Persona['live']; serve?: Serve; maxSessions?: number } = {},
) {
  const { live = visitor.live.bind(visitor), serve = instant, maxSessions = 10_000 } = options
  return simulation({
    serve,
    workload: workload({
      personas: { visitor: { why: 'is simulated', live } },
      mix: { visitor: 1 },
      phases: { only: { shape } },
      maxSessions,
    }),
  })
}

/** The whole phase, as declared. */
export const whole = {
  from: 'phase',
  phase: 'only',
  level: 1,
  duration: 1,
  first_session: 0,
  second: 0,
} as const
/** Arrivals of one rate in the middle of their slots. */
export const even = (rate: number, lasts: number) =>
  hold({ at: perSecond(rate), for: seconds(lasts), spacing: 'even' })
