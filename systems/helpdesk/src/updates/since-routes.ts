// The three polls of the published contract: what changed since a time by the client's clock. A time is no
// cursor: rows commit late and clocks differ, so each poll begins a little earlier than asked, and a client
// that drops ids it has seen loses nothing. When nothing became visible since, the answer asks nobody. What is
// too much for one answer is on the next page, which the Link header names.

import { badRequest, type HttpApp } from '@plimsoll/service'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'

import type { Identity } from '../auth/guard.ts'
import { ConversationObject } from '../conversations/conversation.ts'
import { beforeAll, type Conversations } from '../conversations/conversation-store.ts'
import { forbidden } from '../http/refusals.ts'
import { microsecondsOf } from '../http/timestamps.ts'
import { MessageObject } from '../messages/message.ts'
import { queueAudience } from './audiences.ts'
import type { Feed } from './feed-store.ts'
import type { Pace } from './pace.ts'
import type { QueueView } from './queue-view.ts'
import type { Known, Versions } from './versions.ts'

export interface SinceOptions {
  readonly versions: Versions
  readonly feed: Feed
  readonly queue: QueueView
  readonly conversations: Conversations
  readonly pace: Pace
  /** What clocks may differ by. */
  readonly overlap_ms: number
  /** The longest that a statement takes from numbering a change to its commit. */
  readonly commitsWithin_ms: number
}

const UserId = Type.String({ maxLength: 40 })
const Since = Type.Optional(
  Type.String({ maxLength: 40, description: 'ISO 8601, inclusive; UTC where it names no zone.' }),
)
const After = Type.Optional(
  Type.String({
    pattern: String.raw`^\d{1,16}$`,
    description: 'The next page: follow the Link header.',
  }),
)
const newest = 200
/** Changes in one answer. */
const mostSince = 1_000
const json = 'application/json; charset=utf-8'
const quietQueue =
  '[{"waitingConversations":[],"assignedConversations":[],"removed":[],"ended":[]}]'

/** From where a poll asks, in microseconds since 1970. */
interface Asked {
  readonly since: number
  /** On a next page: the version where the page before ended. */
  readonly after?: number
}

/** Adds the routes. */
export function addSinceRoutes(app: HttpApp, options: SinceOptions): void {
  addConversationPoll(app, options)
  addMessagePoll(app, options)
  addQueuePoll(app, options)
}

function addConversationPoll(app: HttpApp, options: SinceOptions): void {
  const { versions, feed, conversations } = options
  const schema = {
    summary:
      "The caller's conversations that changed since a time, the next page by the Link header; without one the newest",
    querystring: Type.Object({ userId: UserId, since: Since, after: After }),
    response: { 200: Type.Unsafe<string>(Type.Array(ConversationObject)) },
  }
  app.get('/api/conversations/updates', { schema }, (request, reply) => {
    const { identity, query } = request
    const asked = askedOf(identity, query.userId, query)
    prepare(reply, options)
    const known = versions.known(identity.id)
    if (asked !== undefined && isQuiet(known, asked, options)) return '[]'
    return read(asked)

    async function read(asked: Asked | undefined) {
      const user_id = identity.id
      if (asked === undefined) {
        const page = { user_id, before: beforeAll, count: newest }
        return JSON.stringify(await conversations.list(page))
      }
      if (isQuiet(await versions.current(user_id), asked, options)) return '[]'
      const after = asked.after ?? beginning(asked, options)
      const page = await feed.after({ user_id, after, count: mostSince, wants: 'conversations' })
      if (page.more) linkNext(reply, request, page.version)
      return JSON.stringify(page.conversations)
    }
  })
}

function addMessagePoll(app: HttpApp, options: SinceOptions): void {
  const { versions, feed } = options
  const schema = {
    summary:
      'Messages to and from the caller since a time, the next page by the Link header; without one the newest',
    querystring: Type.Object({ userId: UserId, since: Since, after: After }),
    response: { 200: Type.Unsafe<string>(Type.Array(MessageObject)) },
  }
  app.get('/api/messages/updates', { schema }, (request, reply) => {
    const { identity, query } = request
    const asked = askedOf(identity, query.userId, query)
    prepare(reply, options)
    const known = versions.known(identity.id)
    if (asked !== undefined && isQuiet(known, asked, options)) return '[]'
    return read(asked)

    async function read(asked: Asked | undefined) {
      const own = { user_id: identity.id, wants: 'messages' } as const
      if (asked === undefined) {
        const page = await feed.newest({ ...own, after: 0, count: newest })
        return JSON.stringify(page.messages.slice(-newest))
      }
      if (isQuiet(await versions.current(identity.id), asked, options)) return '[]'
      const after = asked.after ?? beginning(asked, options)
      const page = await feed.after({ ...own, after, count: mostSince })
      if (page.more) linkNext(reply, request, page.version)
      return JSON.stringify(page.messages)
    }
  })
}

function addQueuePoll(app: HttpApp, options: SinceOptions): void {
  const { versions } = options
  const schema = {
    summary:
      'What changed in the queue and among the assigned conversations since a time; more of the assigned by the Link header',
    querystring: Type.Object({ expertId: UserId, since: Since, after: After }),
    response: {
      200: Type.Unsafe<string>(
        Type.Array(
          Type.Object({
            waitingConversations: Type.Array(ConversationObject),
            assignedConversations: Type.Array(ConversationObject),
            removed: Type.Array(Type.String(), { description: 'Left the queue.' }),
            ended: Type.Array(Type.String(), {
              description: 'Are no longer among those that the caller is assigned.',
            }),
            complete: Type.Optional(
              Type.Literal(true, {
                description:
                  'Too much has changed since: the waiting ones replace what the client has.',
              }),
            ),
          }),
        ),
      ),
    },
  }
  const route = { schema, config: { expertsOnly: true } }
  app.get('/api/expert-queue/updates', route, (request, reply) => {
    const { identity, query } = request
    const asked = askedOf(identity, query.expertId, query)
    prepare(reply, options)
    if (asked === undefined) return snapshot(options, identity)
    const own = versions.known(identity.id)
    const queue = versions.known(queueAudience)
    if (isQuiet(own, asked, options) && isQuiet(queue, asked, options)) {
      return quietQueue
    }
    return read(asked)

    async function read(asked: Asked) {
      const { body, next } = await queueSince(options, identity, asked)
      if (next !== undefined) linkNext(reply, request, next)
      return body
    }
  })
}

async function snapshot({ queue, conversations }: SinceOptions, { id }: Identity): Promise<string> {
  const [assigned] = await Promise.all([
    conversations.assigned({ expert_id: id, count: newest }),
    queue.refresh(),
  ])
  return `[{"waitingConversations":[${queue.oldest.join(',')}],"assignedConversations":${JSON.stringify(assigned)},"removed":[],"ended":[]}]`
}

/** `next`: the version where the page ends when there is another. */
async function queueSince(
  options: SinceOptions,
  { id }: Identity,
  asked: Asked,
): Promise<{ body: string; next: number | undefined }> {
  const { versions, feed, queue } = options
  const since = beginning(asked, options)
  const after = asked.after ?? since
  const isOwnQuiet = isQuiet(await versions.current(id), asked, options)
  const isQueueQuiet = isQuiet(versions.known(queueAudience), asked, options)
  const [page] = await Promise.all([
    isOwnQuiet
      ? undefined
      : feed.after({ user_id: id, after, count: mostSince, wants: 'conversations' }),
    isQueueQuiet ? undefined : queue.refresh(),
  ])
  const own = (page?.conversations ?? []).filter((one) => one.assignedExpertId === id)
  const assigned = own.filter(({ status }) => status === 'active')
  const ended = own.filter(({ status }) => status !== 'active').map((one) => one.id)
  const { waiting, removed, complete } = isQueueQuiet
    ? { waiting: [], removed: [], complete: false }
    : queue.changesFrom({ time: since })
  const body =
    `[{"waitingConversations":[${waiting.join(',')}]` +
    `,"assignedConversations":${JSON.stringify(assigned)},"removed":${JSON.stringify(removed)}` +
    `,"ended":${JSON.stringify([...ended, ...(page?.removed ?? [])])}` +
    `${complete ? ',"complete":true' : ''}}]`
  return { body, next: page?.more === true ? page.version : undefined }
}

/** Undefined without a time; throws a 403 when the poll names somebody else. */
function askedOf(
  identity: Identity,
  user: string,
  { since, after }: { readonly since?: string; readonly after?: string },
): Asked | undefined {
  if (user !== identity.id) throw forbidden('These are the updates of somebody else.')
  if (since === undefined || since === '') return undefined
  const microseconds = microsecondsOf(since)
  if (microseconds === undefined) {
    throw badRequest('query.since: expected a time such as 2026-11-20T17:00:00.000000Z.')
  }
  return after === undefined
    ? { since: microseconds }
    : { since: microseconds, after: Number(after) }
}

/** The next page asks since the same time, and begins where this one ended. */
function linkNext(reply: FastifyReply, { url }: { readonly url: string }, version: number): void {
  const [path, query] = url.split('?')
  const next = new URLSearchParams(query)
  next.set('after', String(version))
  void reply.header('link', `<${path}?${next.toString()}>; rel="next"`)
}

function prepare(reply: FastifyReply, { pace }: SinceOptions): void {
  void reply.header('x-poll-interval', pace.interval).header('content-type', json)
}

/** Whether everything of an audience was visible before the time, whatever the clocks say; a next page never is. */
function isQuiet(
  known: Known | undefined,
  { since, after }: Asked,
  { overlap_ms }: SinceOptions,
): boolean {
  return after === undefined && known !== undefined && known.seen + overlap_ms * 1_000 < since
}

/** The version after which a poll begins: what was numbered before may have become visible since. */
function beginning({ since }: Asked, { overlap_ms, commitsWithin_ms }: SinceOptions): number {
  return Math.max(0, since - (overlap_ms + commitsWithin_ms) * 1_000 - 1)
}
