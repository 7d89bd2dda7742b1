// GET /api/team/leaderboard/: the best teams, or those around one's own; and the same as server-sent events.

import { giveUpPlace, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import type { Guard } from '../auth/guard.ts'
import { unauthorized } from '../http/refusals.ts'
import type { LeaderboardStreams } from './leaderboard-streams.ts'
import type { Leaderboard } from './leaderboard.ts'

/** A row of the leaderboard, for the documents: pages are written as text. */
const RowObject = Type.Object({
  team_id: Type.Integer(),
  team_name: Type.String(),
  score: Type.Number(),
  rank: Type.Integer(),
  is_user_team: Type.Boolean(),
})

export interface LeaderboardRouteOptions {
  readonly guard: Guard
  readonly leaderboard: Leaderboard
  /** Resolves when the leaderboard has what was committed by now. */
  readonly caughtUp: () => Promise<void>
}

/** Adds the route. */
export function addLeaderboardRoute(
  app: HttpApp,
  { guard, leaderboard, caughtUp }: LeaderboardRouteOptions,
): void {
  const schema = {
    summary: 'The best 20 teams; with around=me the 20 around the best team of the caller',
    querystring: Type.Object({ around: Type.Optional(Type.Literal('me')) }),
    response: { 200: Type.Unsafe<string>(Type.Array(RowObject)) },
  }
  const route = { config: { open: true }, schema }
  app.get('/api/team/leaderboard/', route, ({ headers, query }, reply): Promise<void> | void => {
    const isAround = query.around === 'me'
    void reply.header('content-type', 'application/json; charset=utf-8')
    if (headers.authorization !== undefined || isAround) return answer()
    const page = leaderboard.page(undefined)
    if (typeof page !== 'string') return page.then((text) => void reply.send(text))
    void reply.send(page)

    async function answer(): Promise<void> {
      // A token that is no good is as none: public clients send old ones.
      const caller = await guard.identify(headers.authorization)
      // They may have written a moment ago through another instance.
      if (caller !== undefined) await caughtUp()
      else if (isAround) throw unauthorized('A valid bearer token is needed for around=me.')
      const isOwn = caller !== undefined && isAround
      void reply.send(await (isOwn ? leaderboard.around(caller.id) : leaderboard.page(caller?.id)))
    }
  })
}

export interface StreamRouteOptions extends Pick<LeaderboardRouteOptions, 'guard' | 'caughtUp'> {
  readonly streams: LeaderboardStreams
}

/** Adds the route of the stream. */
export function addStreamRoute(
  app: HttpApp,
  { guard, streams, caughtUp }: StreamRouteOptions,
): void {
  const schema = {
    summary: 'The leaderboard whenever it changes, as server-sent events, until the token ends',
    response: { 200: Type.Unsafe<string>(Type.String()) },
  }
  const route = { config: { open: true }, schema }
  app.get('/api/team/leaderboard/stream', route, async (request, reply): Promise<void> => {
    const caller = await guard.identify(request.headers.authorization)
    if (caller !== undefined) await caughtUp()
    // Whoever has left meanwhile would be told for ever: their close is over.
    if (reply.raw.destroyed) return
    streams.admit()
    void reply.header('content-type', 'text/event-stream').header('x-accel-buffering', 'no')
    reply.hijack()
    giveUpPlace(reply.raw)
    reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>)
    reply.raw.flushHeaders()
    streams.add(caller, reply.raw)
  })
}
