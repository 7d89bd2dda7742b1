// POST /api/admin/checkins/:id/invalidate: an admin takes back a check-in that was none. `campaign admin` makes a user one.

import { statement, type Coalescer, type HttpApp } from '@plimsoll/service'

import { Said } from '../auth/auth-routes.ts'
import { idFrom, OneId } from '../http/ids.ts'
import { forbidden, notFound } from '../http/refusals.ts'
import { movedScore, type ScoreListener } from '../teams/moved-scores.ts'
import { single } from '../teams/team-store.ts'

const invalidate = statement('invalidate_checkin', 'select * from invalidate_checkin($1, $2, $3)')

export interface AdminRouteOptions {
  readonly writer: Coalescer
  readonly listener: ScoreListener
  readonly starts: string
}

/** Adds the route. */
export function addAdminRoutes(
  app: HttpApp,
  { writer, listener, starts }: AdminRouteOptions,
): void {
  const invalidated = single(writer, {
    statement: invalidate,
    kind: 'write',
    answer: ([first, ...changed]) => {
      listener.moved(changed.map(([, ...score]) => movedScore(score)))
      return first?.[0]
    },
  })
  const schema = {
    summary: 'Take back a check-in: the scores of its team follow, and the feed shows it no more',
    params: OneId,
    response: { 200: Said },
  }
  app.post('/api/admin/checkins/:id/invalidate', { schema }, async ({ caller, params }, reply) => {
    const verdict = await invalidated(idFrom(params.id) ?? '0', caller.id, starts)
    if (verdict === 'forbidden') throw forbidden('Only admins may do this.')
    if (verdict === 'absent') throw notFound('There is no check-in of this id.')
    return await reply.send({ message: 'Invalidated.' })
  })
}
