// GET /conversations/:id/messages, POST /messages, PUT /messages/:id/read.

import { badRequest, type Coalescer, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { Count } from '../conversations/conversation-routes.ts'
import { idFrom, IdText, OneId } from '../http/ids.ts'
import { forbidden, notFound, unprocessable, validateBody } from '../http/refusals.ts'
import type { Settings } from '../settings.ts'
import type { VersionListener } from '../updates/audiences.ts'
import { MessageObject } from './message.ts'
import { openPages, type PageRequest } from './page-store.ts'
import { openReading } from './read-store.ts'
import { openSending, type Sending } from './send-store.ts'

const largestNumber = 2_147_483_647
const Place = Type.Integer({
  minimum: 0,
  maximum: largestNumber,
  description: 'Another page: follow the Link header.',
})
const PageQuery = Type.Object({
  limit: Count,
  before: Type.Optional(Place),
  after: Type.Optional(Place),
})

export interface MessageRouteOptions {
  readonly coalescer: Coalescer
  readonly settings: Settings
  readonly listener: VersionListener
}

/** Adds the routes. */
export function addMessageRoutes(app: HttpApp, options: MessageRouteOptions): void {
  addPageRoute(app, options)
  addSendRoute(app, options)
  const markRead = openReading(options.coalescer, options.listener)
  const schema = {
    summary: 'Mark a message of the other side as read',
    params: OneId,
    response: { 200: Type.Object({ success: Type.Boolean() }) },
  }
  app.put('/messages/:id/read', { schema }, async ({ identity, params }, reply) => {
    const id = idFrom(params.id)
    const reading = id === undefined ? 'absent' : await markRead(id, identity.id)
    if (reading === 'absent') throw notFound('Message not found.')
    if (reading === 'own') throw forbidden('Cannot mark your own messages as read.')
    return await reply.send({ success: true })
  })
}

function addPageRoute(app: HttpApp, { coalescer }: MessageRouteOptions): void {
  const pages = openPages(coalescer)
  const schema = {
    summary: 'The last messages of a conversation, oldest first; earlier ones by the Link header',
    params: OneId,
    querystring: PageQuery,
    response: { 200: Type.Array(MessageObject) },
  }
  app.get('/conversations/:id/messages', { schema }, async (request, reply) => {
    const { limit: count, before, after } = request.query
    if (before !== undefined && after !== undefined) {
      throw badRequest('query: expected before or after, found both.')
    }
    const conversation_id = idFrom(request.params.id)
    if (conversation_id === undefined) throw notFound('Conversation not found.')
    const from = after ?? before ?? largestNumber
    const asked: PageRequest = { conversation_id, reader: request.identity.id, from, count }
    const page = await (after === undefined ? pages.before(asked) : pages.after(asked))
    if (page === undefined) throw notFound('Conversation not found.')
    const link = (rel: string, place: string) =>
      `</conversations/${conversation_id}/messages?limit=${count}&${place}>; rel="${rel}"`
    const links = [link('next', `after=${Math.max(page.last, after ?? 0)}`)]
    if (page.first > 1) links.push(link('prev', `before=${page.first}`))
    void reply.header('link', links.join(', '))
    return await reply.send([...page.messages])
  })
}

function addSendRoute(app: HttpApp, { coalescer, settings, listener }: MessageRouteOptions): void {
  const send = openSending(coalescer, { listener, lease_ms: settings.LEASE_MS })
  const schema = {
    summary: 'Send a message; with a clientId it is sent once, however often it is repeated',
    body: Type.Object({
      conversationId: IdText,
      content: Type.String({ maxLength: settings.MESSAGE_LENGTH_MAX, pattern: '\\S' }),
      clientId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    }),
    response: { 201: MessageObject },
  }
  const route = { schema, validatorCompiler: validateBody }
  app.post('/messages', route, async ({ identity, body }, reply) => {
    const conversation_id = idFrom(body.conversationId)
    if (conversation_id === undefined) throw notFound('Conversation not found.')
    const sending = await send({
      conversation_id,
      sender_id: identity.id,
      sender_username: identity.username,
      content: body.content,
      client_id: body.clientId ?? null,
    })
    if (!('message' in sending)) throw refusals[sending.verdict]()
    return await reply.code(201).send(sending.message)
  })
}

const refusals: Readonly<Record<Exclude<Sending['verdict'], 'sent' | 'repeated'>, () => Error>> = {
  absent: () => notFound('Conversation not found.'),
  foreign: () => forbidden('Only the questioner and the assigned expert may write here.'),
  resolved: () => unprocessable(['The conversation is resolved.']),
  otherwise: () => unprocessable(['This clientId came with another text before: take a new one.']),
}
