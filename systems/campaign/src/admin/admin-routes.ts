// POST /api/admin/checkins/:id/invalidate: an admin takes back a check-in that was none. `campaign admin` makes a user one.

import { statement, type Coalescer, type HttpApp } from '@plimsoll/service'

import { Said } from '../auth/auth-routes.ts'
import { idFrom, OneId } from '../http/ids.ts'
import { forbidden, notFound } from '../http/refusals.ts'
import type { Images } from '../images/images.ts'
import { movedScore, type ScoreListener } from '../teams/moved-scores.ts'
import { single } from '../teams/team-store.ts'

const invalidate = statement('invalidate_checkin', 'select * from invalidate_checkin($1, $2, $3)')

export interface AdminRouteOptions {
  readonly writer: Coalescer
  readonly listener: ScoreListener
  readonly starts: string
  readonly images: Images
}

/** Adds the route. */
export function addAdminRoutes(
  app: HttpApp,
  { writer, listener, starts, images }: AdminRouteOptions,
): void {
  const invalidated = single(writer, {
    statement: invalidate,
    kind: 'write',
    answer: ([first, ...changed]) => {
      listener.moved(changed.map(([, ...score]) => movedScore(score)))
      return { verdict: first?.[0], image: first?.[5] ?? null }
    },
  })
  const schema = {
    summary:
      'Take back a check-in: scores follow, the feed shows it no more, and its image is removed',
    params: OneId,
    response: { 200: Said },
  }
  app.post('/api/admin/checkins/:id/invalidate', { schema }, async ({ caller, params }, reply) => {
    const { verdict, image } = await invalidated(idFrom(params.id) ?? '0', caller.id, starts)
    if (verdict === 'forbidden') throw forbidden('Only admins may do this.')
    if (verdict === 'absent') throw notFound('There is no check-in of this id.')
    // Also when it had been taken back before: whoever did it may have been cut off here.
    if (image !== null) await images.remove(image)
    return await reply.send({ message: 'Invalidated.' })
  })
}
