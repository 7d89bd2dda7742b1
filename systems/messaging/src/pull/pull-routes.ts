// GET /api/pull and /api/pull/messages: a page of a chat, and with `wait` the next message as soon as it is there.

import type { ServerResponse } from 'node:http'
import { giveUpPlace, unavailable, type HttpApp } from '@plimsoll/service'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'

import { forbidden, type Callers } from '../auth/members.ts'
import { chatName, Fault, isMember } from '../chats/chat.ts'
import {
  addFieldRoutes,
  booleanField,
  fieldsOf,
  reading,
  textField,
  wholeField,
} from '../http/fields.ts'
import type { WaitingPulls } from '../wait/waiting-pulls.ts'
import type { ReadyPage } from './newest-pages.ts'
import { lastCursor, limitByDefault, mostPerPage, type CheckedPage } from './page.ts'

const properties = {
  chat: Type.String({
    description: 'Two members: `a:b`, in any order and case.',
    examples: ['ann:bob'],
  }),
  cursor: Type.Integer({
    minimum: 0,
    maximum: lastCursor,
    default: 0,
    description: 'A send_time, inclusive; 0: the oldest, or in reverse the newest.',
  }),
  limit: Type.Integer({ minimum: 1, maximum: mostPerPage, default: limitByDefault }),
  reverse: Type.Boolean({ default: false, description: 'Newest first.' }),
}

const Wait = Type.Optional(
  Type.Integer({
    minimum: 0,
    description: 'Milliseconds to wait for a message where there is none yet; forwards only.',
  }),
)

const Answer = Type.Object({
  messages: Type.Array(
    Type.Object({
      chat: Type.String(),
      text: Type.String(),
      sender: Type.String(),
      send_time: Type.Integer(),
      seq: Type.Integer(),
    }),
  ),
  has_more: Type.Boolean(),
  next_cursor: Type.Integer({ description: 'Where the next page begins, inclusive; never 0.' }),
})

const required = Object.keys(properties)
const requiredNames = new Set(required)
const allNames = new Set([...required, 'wait'])

export interface PullRoutesOptions {
  /** For whoever waits for this response. */
  readonly pull: (page: CheckedPage, response: ServerResponse) => Promise<ReadyPage>
  readonly callers: Callers
  readonly waiting: WaitingPulls
  /** The longest `wait`. */
  readonly wait_ms_max: number
}

/** Adds both routes; the app must let a GET have a body. */
export async function addPullRoutes(app: HttpApp, options: PullRoutesOptions): Promise<void> {
  const { callers, pull, wait_ms_max } = options
  const response = { 200: Type.Unsafe<string>(Answer) }
  const fields = 'The fields may also come as a JSON body.'
  const optional = Type.Object({ ...Type.Partial(Type.Object(properties)).properties, wait: Wait })
  const add = (scope: HttpApp) => {
    scope.get(
      '/api/pull',
      {
        schema: {
          summary: 'A page of a chat',
          description: fields,
          querystring: Type.Unsafe<Record<string, unknown>>(optional),
          response,
        },
        validatorCompiler: () => () => true,
      },
      async (request, reply) => {
        const user = await callers(request)
        const { page, wait } = reading(() => pullOf(request, wait_ms_max))
        requireMember(page, user)
        const found =
          wait === 0
            ? await pull(page, reply.raw)
            : await pullWaiting({ page, wait, response: reply.raw }, options)
        return await reply
          .header('content-type', 'application/json; charset=utf-8')
          .send(found.json)
      },
    )
    scope.get(
      '/api/pull/messages',
      {
        schema: {
          summary: 'A page of a chat, every field given',
          description: fields,
          querystring: Type.Unsafe<Record<string, unknown>>(Type.Object(properties)),
          response,
        },
        validatorCompiler: () => () => true,
      },
      async (request, reply) => {
        const user = await callers(request)
        const page = reading(() => wholePageOf(request))
        requireMember(page, user)
        const found = await pull(page, reply.raw)
        return await reply
          .header('content-type', 'application/json; charset=utf-8')
          .send(found.json)
      },
    )
  }
  await addFieldRoutes(app, { contentType: '*', add })
}

function requireMember({ chat }: CheckedPage, user: string | undefined): void {
  if (user !== undefined && !isMember(chat, user)) {
    throw forbidden('Only the members of a chat may read it.')
  }
}

/** Pulls again whenever the chat may have gone on, until something is found or the time is over. */
async function pullWaiting(
  { page, wait, response }: { page: CheckedPage; wait: number; response: ServerResponse },
  { pull, waiting }: PullRoutesOptions,
): Promise<ReadyPage> {
  const end = performance.now() + wait
  const over = new AbortController()
  // Also when the client hangs up.
  response.once('close', () => over.abort())
  try {
    for (;;) {
      const timeout = end - performance.now()
      const isOver = timeout <= 0 || !waiting.isOpen
      if (!isOver && waiting.isFull) throw unavailable('Too many clients are waiting.')
      // Waiting begins before the look: a message that comes in between is not missed.
      const woken = isOver
        ? undefined
        : waiting.until(page.chat, page.cursor, { timeout, signal: over.signal })
      // Who waits has a limit of its own, and keeps no place from those who do not.
      if (woken !== undefined) giveUpPlace(response)
      const found = await pull(page, response)
      if (found.messages > 0 || woken === undefined) return found
      await woken
      if (over.signal.aborted) return found
    }
  } finally {
    over.abort()
  }
}

function pullOf(request: FastifyRequest, wait_ms_max: number): { page: CheckedPage; wait: number } {
  const fields = fieldsOf(request, allNames)
  const page = {
    chat: chatName(textField(fields, 'chat')),
    cursor: wholeField(fields, 'cursor', { from: 0, to: lastCursor }) ?? 0,
    limit: wholeField(fields, 'limit', { from: 1, to: mostPerPage }) ?? limitByDefault,
    reverse: booleanField(fields, 'reverse') ?? false,
    after: 0,
  }
  const wait = wholeField(fields, 'wait', { from: 0, to: wait_ms_max }) ?? 0
  if (wait > 0 && page.reverse) throw new Fault('wait', 'goes forwards only, without reverse')
  return { page, wait }
}

/** All four are mandatory. */
function wholePageOf(request: FastifyRequest): CheckedPage {
  const fields = fieldsOf(request, requiredNames)
  for (const name of required) {
    if (fields.values[name] === undefined) throw new Fault(name, 'is missing')
  }
  return pullOf(request, 0).page
}
