// GET /api/updates/stream: the same as the poll, as server-sent events. Read it by `fetch` with the bearer
// token; come back with the id of the last event as `cursor` or `Last-Event-ID`.

import { giveUpPlace, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { placeOf } from './cursor.ts'
import type { Streams } from './streams.ts'
import { CursorQuery } from './updates-route.ts'

/** Adds the route. */
export function addStreamRoute(app: HttpApp, streams: Streams): void {
  const schema = {
    summary: 'The answers of /api/updates as they come, until the token ends',
    querystring: CursorQuery,
    response: { 200: Type.Unsafe<string>(Type.String()) },
  }
  app.get('/api/updates/stream', { schema }, (request, reply) => {
    const last = request.headers['last-event-id']
    const cursor = request.query.cursor ?? (typeof last === 'string' ? last : undefined)
    const place = cursor === undefined ? undefined : placeOf(cursor)
    streams.admit(request.identity)
    void reply.header('content-type', 'text/event-stream').header('x-accel-buffering', 'no')
    reply.hijack()
    giveUpPlace(reply.raw)
    reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>)
    reply.raw.flushHeaders()
    streams.add(request.identity, place, reply.raw)
  })
}
