// GET /api/updates: one poll for conversations, messages and the queue. When nothing changed it asks nobody.

import type { HttpApp } from '@plimsoll/service'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'

import { ConversationObject } from '../conversations/conversation.ts'
import { MessageObject } from '../messages/message.ts'
import { cursorOf, placeOf, type Place } from './cursor.ts'
import type { Pace } from './pace.ts'
import { quietJson, type Updates } from './updates.ts'

const Answer = Type.Object({
  cursor: Type.String(),
  more: Type.Boolean({ description: 'There is more to tell: the next poll need not wait.' }),
  conversations: Type.Array(ConversationObject),
  messages: Type.Array(MessageObject),
  removed: Type.Array(Type.String(), { description: "No longer the caller's." }),
  queue: Type.Union([
    Type.Null(),
    Type.Object({
      waitingConversations: Type.Array(ConversationObject),
      removed: Type.Array(Type.String(), { description: 'Left the queue.' }),
      total: Type.Integer(),
      complete: Type.Boolean({ description: 'Replaces what the client has, else changes it.' }),
    }),
  ]),
})

/** The query of the poll and of the stream. */
export const CursorQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 40, description: 'cursor of the last answer.' })),
})

const json = 'application/json; charset=utf-8'

/** Adds the route. */
export function addUpdatesRoute(
  app: HttpApp,
  { updates, pace }: { updates: Updates; pace: Pace },
): void {
  const schema = {
    summary: 'Everything that changed after a cursor; 304 when the ETag still holds',
    querystring: CursorQuery,
    response: { 200: Type.Unsafe<string>(Answer), 304: Type.Unsafe<string>(Type.Null()) },
  }
  app.get('/api/updates', { schema }, (request, reply) => {
    const { identity, query, headers } = request
    // A proxy that packs answers makes tags weak; they still name the same state.
    const tag = headers['if-none-match']?.replace(/^W\//, '')
    const isAsked = query.cursor !== undefined
    const told = query.cursor ?? cursorInTag(tag)
    const place = told === undefined ? undefined : placeOf(told)
    void reply.header('x-poll-interval', pace.interval)
    if (place !== undefined && updates.isQuiet(identity, place)) {
      if (isUnchanged(reply, place, tag)) return ''
      if (isAsked) return quietJson(place)
    }
    return read()

    async function read(): Promise<string> {
      const update = await updates.after(identity, isAsked ? place : undefined)
      const unsettled = updates.isUnsettled(identity, update.place)
      return isUnchanged(reply, update.place, unsettled ? undefined : tag) ? '' : update.json
    }
  })
}

/** Puts the tag of a place on the answer, which is 304 when the client has it already. */
function isUnchanged(reply: FastifyReply, place: Place, tag: string | undefined): boolean {
  const current = `"${cursorOf(place)}"`
  void reply.header('etag', current)
  if (tag === current) void reply.code(304)
  else void reply.header('content-type', json)
  return tag === current
}

/** The cursor of a tag that is ours; what is not is no tag of any answer. */
function cursorInTag(tag: string | undefined): string | undefined {
  return tag === undefined ? undefined : /^"([0-9a-z]{1,10}-[0-9a-z]{1,10})"$/.exec(tag)?.[1]
}
