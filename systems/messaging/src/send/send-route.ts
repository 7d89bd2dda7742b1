// POST /api/send: one message, 200 once it is stored.

import type { ServerResponse } from 'node:http'
import type { HttpApp } from '@plimsoll/service'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'

import { forbidden, type Callers } from '../auth/members.ts'
import type { SentAt } from '../calls/store-client.ts'
import { chatName, checkClientId, checkText, memberName, senderIn } from '../chats/chat.ts'
import { addFieldRoutes, fieldsOf, reading, textField } from '../http/fields.ts'
import type { CheckedMessage } from './send-store.ts'

const Body = Type.Object({
  chat: Type.String({
    description: 'Two members: `a:b`, in any order and case.',
    examples: ['ann:bob'],
  }),
  sender: Type.String({ description: 'One of them.', examples: ['ann'] }),
  text: Type.String({ description: '1 to 16,384 bytes of UTF-8.', examples: ['Hello, Bob'] }),
  client_id: Type.Optional(
    Type.String({ description: 'Names the message, so that sending it again does not double it.' }),
  ),
})

const Answer = Type.Object({
  send_time: Type.Integer({ description: 'Microseconds since 1970, unique within the chat.' }),
  seq: Type.Integer({ description: 'Counted from 1 within the chat, without gaps.' }),
})

const names = new Set(Object.keys(Body.properties))

export interface SendRouteOptions {
  /** For whoever waits for this response. */
  readonly send: (message: CheckedMessage, response: ServerResponse) => Promise<SentAt>
  readonly callers: Callers
  /** Told about every message that was stored. */
  readonly onSent: (chat: string, send_time: number) => void
}

/** Adds the route. */
export async function addSendRoute(app: HttpApp, options: SendRouteOptions): Promise<void> {
  const { send, callers, onSent } = options
  const schema = {
    summary: 'Send a message',
    body: Type.Unsafe<string>(Body),
    response: { 200: Type.Unsafe<string>(Answer) },
  }
  const add = (scope: HttpApp) =>
    scope.post(
      '/api/send',
      { schema, validatorCompiler: () => () => true },
      async (request, reply) => {
        const user = await callers(request)
        const message = reading(() => messageOf(request, user))
        const { send_time, seq } = await send(message, reply.raw)
        onSent(message.chat, Number(send_time))
        return await reply
          .header('content-type', 'application/json; charset=utf-8')
          .send(`{"send_time":${send_time},"seq":${seq}}`)
      },
    )
  await addFieldRoutes(app, { contentType: 'application/json', add })
}

/** The message of a request; `user` is who the token names, where there are tokens. */
function messageOf(request: FastifyRequest, user: string | undefined): CheckedMessage {
  const fields = fieldsOf(request, names)
  const chat = chatName(textField(fields, 'chat'))
  const isNamed = user === undefined || fields.values['sender'] !== undefined
  const given = isNamed ? textField(fields, 'sender') : user
  if (user !== undefined && memberName(given) !== user) {
    throw forbidden('The sender is not whom the token names.')
  }
  const sender = senderIn(chat, given)
  const text = textField(fields, 'text')
  checkText(text)
  const client_id = fields.values['client_id'] === undefined ? null : textField(fields, 'client_id')
  if (client_id !== null) checkClientId(client_id)
  return { chat, sender, text, client_id }
}
