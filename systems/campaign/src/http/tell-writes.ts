// Every route that may write tells its caller up to where the log of the database has come, so that none can be
// forgotten: a client that is told of some writes only would not see the others. One that sends it back is answered
// by the replica as soon as that has come as far, without the writer being asked; one that does not sees all, too.

import { tellWritePosition, type HttpApp, type Reads } from '@plimsoll/service'
import type { onSendAsyncHookHandler } from 'fastify'

/** Looks after every route that is added to `app` from here on. Without a replica it does nothing. */
export function tellWrites(app: HttpApp, reads: Reads): void {
  if (!reads.hasReader) return
  const tell: onSendAsyncHookHandler = async ({ caller }, reply, payload) => {
    // Also with a refusal, which may tell of an earlier write: one is a member already.
    if (caller !== undefined && reply.statusCode < 500) await tellWritePosition(reply, reads)
    return payload
  }
  app.addHook('onRoute', (route) => {
    if (route.method === 'GET') return
    route.onSend = [tell, ...[route.onSend ?? []].flat()]
  })
}
