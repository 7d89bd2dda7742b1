// The routes under /expert: the queue, claims and what ends them, the profile, the history.

import { badRequest, type Coalescer, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { Count } from '../conversations/conversation-routes.ts'
import { ConversationObject } from '../conversations/conversation.ts'
import { beforeAll, type Conversations } from '../conversations/conversation-store.ts'
import { idFrom, OneId } from '../http/ids.ts'
import { forbidden, notFound, unprocessable, validateBody } from '../http/refusals.ts'
import type { QueueView } from '../updates/queue-view.ts'
import type { Claims } from './claim-store.ts'
import { openProfiles } from './profile-store.ts'

const Done = Type.Object({ success: Type.Boolean() })
const Queue = Type.Object({
  waitingConversations: Type.Array(ConversationObject),
  assignedConversations: Type.Array(ConversationObject),
  totalWaiting: Type.Integer({ description: 'How many wait, shown or not.' }),
})
const Profile = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  bio: Type.String(),
  knowledgeBaseLinks: Type.Array(Type.String()),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
})
const Assignment = Type.Object({
  id: Type.String(),
  conversationId: Type.String(),
  expertId: Type.String(),
  status: Type.Enum(['active', 'unassigned', 'expired', 'resolved']),
  assignedAt: Type.String({ format: 'date-time' }),
  resolvedAt: Type.Union([Type.String(), Type.Null()]),
  rating: Type.Union([Type.Integer(), Type.Null()]),
})
const mostAssigned = 200
const expertsOnly = { expertsOnly: true }

export interface ExpertRouteOptions {
  readonly coalescer: Coalescer
  readonly claims: Claims
  readonly conversations: Conversations
  readonly queue: QueueView
}

/** Adds the routes. */
export function addExpertRoutes(app: HttpApp, options: ExpertRouteOptions): void {
  const { conversations, queue } = options
  const schema = {
    summary: 'The oldest waiting conversations, and those that the caller has claimed',
    response: { 200: Type.Unsafe<string>(Queue) },
  }
  app.get('/expert/queue', { schema, config: expertsOnly }, async ({ identity }, reply) => {
    const [assigned] = await Promise.all([
      conversations.assigned({ expert_id: identity.id, count: mostAssigned }),
      queue.refresh(),
    ])
    return await reply
      .header('content-type', 'application/json; charset=utf-8')
      .send(
        `{"waitingConversations":[${queue.oldest.join(',')}]` +
          `,"assignedConversations":${JSON.stringify(assigned)},"totalWaiting":${queue.total}}`,
      )
  })
  addClaimRoutes(app, options)
  addProfileRoutes(app, options)
}

function addClaimRoutes(app: HttpApp, { claims }: ExpertRouteOptions): void {
  const schema = (summary: string) => ({ summary, params: OneId, response: { 200: Done } })
  const claim = { schema: schema('Take a conversation: one expert wins'), config: expertsOnly }
  app.post('/expert/conversations/:id/claim', claim, async ({ identity, params }, reply) => {
    const verdict = await claims.claim(identity, known(params.id))
    if (verdict === 'absent') throw notFound('Conversation not found.')
    if (verdict === 'own') throw unprocessable(['You cannot claim your own conversation.'])
    if (verdict === 'taken') throw unprocessable(['Conversation is already assigned.'])
    return await reply.send({ success: true })
  })

  const unclaim = { schema: schema('Give a conversation back to the queue'), config: expertsOnly }
  app.post('/expert/conversations/:id/unclaim', unclaim, async ({ identity, params }, reply) => {
    const verdict = await claims.unclaim(identity.id, known(params.id))
    if (verdict === 'absent') throw notFound('Conversation not found.')
    if (verdict === 'foreign') throw forbidden('You are not assigned to this conversation.')
    return await reply.send({ success: true })
  })

  const Rating = Type.Object({ rating: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })) })
  const resolve = {
    schema: {
      ...schema('End a conversation, by either side; the questioner may rate the expert'),
      body: Rating,
    },
    validatorCompiler: validateBody,
  }
  app.post('/expert/conversations/:id/resolve', resolve, async (request, reply) => {
    const { identity, params, body } = request
    const verdict = await claims.resolve(identity.id, known(params.id), body.rating ?? null)
    if (verdict === 'absent') throw notFound('Conversation not found.')
    if (verdict === 'foreign') throw forbidden('This conversation is not yours.')
    if (verdict === 'unrateable') throw unprocessable(['Only the questioner may rate.'])
    return await reply.send({ success: true })
  })
}

function addProfileRoutes(app: HttpApp, { coalescer }: ExpertRouteOptions): void {
  const profiles = openProfiles(coalescer)
  const read = { summary: "The caller's profile", response: { 200: Profile } }
  const reading = { schema: read, config: expertsOnly }
  app.get('/expert/profile', reading, async ({ identity }, reply) => {
    const profile = await profiles.read(identity.id)
    if (profile === undefined) throw notFound('Profile not found.')
    return await reply.send({ ...profile, knowledgeBaseLinks: [...profile.knowledgeBaseLinks] })
  })

  const write = {
    summary: "Change the caller's profile",
    body: Type.Object({
      bio: Type.Optional(Type.String({ maxLength: 5_000 })),
      knowledgeBaseLinks: Type.Optional(
        Type.Array(Type.String({ maxLength: 2_048 }), { maxItems: 50 }),
      ),
    }),
    response: { 200: Profile },
  }
  const writing = { schema: write, config: expertsOnly, validatorCompiler: validateBody }
  app.put('/expert/profile', writing, async ({ identity, body }, reply) => {
    const { bio = null, knowledgeBaseLinks: links } = body
    const profile = await profiles.write(
      identity.id,
      bio,
      links === undefined ? null : JSON.stringify(links),
    )
    if (profile === undefined) throw notFound('Profile not found.')
    return await reply.send({ ...profile, knowledgeBaseLinks: [...profile.knowledgeBaseLinks] })
  })

  const history = {
    summary: "The caller's claims, newest first; more by the Link header",
    querystring: Type.Object({
      limit: Count,
      before: Type.Optional(Type.String({ maxLength: 20 })),
    }),
    response: { 200: Type.Array(Assignment) },
  }
  const asking = { schema: history, config: expertsOnly }
  app.get('/expert/assignments/history', asking, async ({ identity, query }, reply) => {
    const before = query.before === undefined ? beforeAll : idFrom(query.before)
    if (before === undefined) throw badRequest('query.before: is not the id of an assignment.')
    const claims = await profiles.history(identity.id, before, query.limit)
    const last = claims.length === query.limit ? claims.at(-1) : undefined
    if (last !== undefined) {
      const next = `/expert/assignments/history?limit=${query.limit}&before=${last.id}`
      void reply.header('link', `<${next}>; rel="next"`)
    }
    return await reply.send(claims)
  })
}

/** The id as the database takes it; throws a 404 when it is none. */
function known(text: string): string {
  const id = idFrom(text)
  if (id === undefined) throw notFound('Conversation not found.')
  return id
}
