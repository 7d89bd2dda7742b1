// GET and POST /conversations, GET /conversations/:id. Somebody else's conversation is answered as if there
// were none.

import type { HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { idFrom, OneId } from '../http/ids.ts'
import { notFound, unauthorized, validateBody } from '../http/refusals.ts'
import { badRequest } from '@plimsoll/service'
import { ConversationObject, isParty, type Conversation } from './conversation.ts'
import { beforeAll, type Conversations } from './conversation-store.ts'

/** How many rows a list has. */
export const Count = Type.Integer({ minimum: 1, maximum: 200, default: 200 })

const ListQuery = Type.Object({
  limit: Count,
  before: Type.Optional(
    Type.String({ maxLength: 20, description: 'The next page: follow the Link header.' }),
  ),
})
const NewConversation = Type.Object({
  title: Type.String({ maxLength: 1_000, pattern: '\\S' }),
})

/** Adds the routes. */
export function addConversationRoutes(app: HttpApp, conversations: Conversations): void {
  const list = {
    summary: "The caller's conversations, newest first",
    querystring: ListQuery,
    response: { 200: Type.Array(ConversationObject) },
  }
  app.get('/conversations', { schema: list }, async ({ identity, query }, reply) => {
    const before = query.before === undefined ? beforeAll : idFrom(query.before)
    if (before === undefined) throw badRequest('query.before: is not the id of a conversation.')
    const page = { user_id: identity.id, before, count: query.limit }
    const found = await conversations.list(page)
    const last = found.length === query.limit ? found.at(-1) : undefined
    if (last !== undefined) {
      const next = `/conversations?limit=${query.limit}&before=${last.id}`
      void reply.header('link', `<${next}>; rel="next"`)
    }
    return await reply.send(found)
  })

  const one = {
    summary: 'A conversation of the caller',
    params: OneId,
    response: { 200: ConversationObject },
  }
  app.get('/conversations/:id', { schema: one }, async ({ identity, params }, reply) =>
    reply.send(await ownConversation(conversations, { id: params.id, reader: identity.id })),
  )

  const create = {
    summary: 'Ask something',
    body: NewConversation,
    response: { 201: ConversationObject },
  }
  const route = { schema: create, validatorCompiler: validateBody }
  app.post('/conversations', route, async ({ identity, body }, reply) => {
    const { id: user_id, username } = identity
    const created = await conversations.create({ user_id, username, title: body.title })
    if (created === undefined) throw unauthorized('There is no such user any more.')
    return await reply.code(201).send(created)
  })
}

/** Throws a 404 when there is none, or it is somebody else's. */
export async function ownConversation(
  conversations: Conversations,
  { id, reader }: { id: string; reader: string },
): Promise<Conversation> {
  const known = idFrom(id)
  const found = known === undefined ? undefined : await conversations.find({ id: known, reader })
  if (found === undefined || !isParty(reader, found)) throw notFound('Conversation not found.')
  return found
}
