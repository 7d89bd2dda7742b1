// GET /health: that the service is there, and what lies in the queue as it was last seen. Always 200: the backlog
// is for people and alarms; /readyz is for balancers.

import type { HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import type { QueueWatch } from './queue-watch.ts'

const Answer = Type.Object({
  status: Type.Literal('ok'),
  queue: Type.Union([
    Type.Null(),
    Type.Object({
      answering: Type.Boolean(),
      waiting_messages: Type.Integer(),
      in_flight_messages: Type.Integer(),
      oldest_seconds: Type.Number(),
      dead_letters: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ]),
})

/** Adds the route to the service. */
export function addHealthRoute(app: HttpApp, watch: QueueWatch): void {
  const schema = { summary: 'Health, and the backlog', response: { 200: Answer } }
  app.get('/health', { schema }, () => {
    const { view } = watch
    if (view === undefined) return { status: 'ok', queue: null } as const
    return {
      status: 'ok',
      queue: {
        answering: watch.isAnswering(),
        waiting_messages: view.depth.waiting,
        in_flight_messages: view.depth.inFlight,
        oldest_seconds: watch.oldest_s(),
        dead_letters: view.deadLetters ?? null,
      },
    } as const
  })
}
