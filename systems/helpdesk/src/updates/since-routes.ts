// The three polls of the published contract: what changed since a time by the client's clock. A time is no
// cursor: rows commit late and clocks differ, so each poll begins a little earlier than asked, and a client
// that drops ids it has seen loses nothing. When nothing became visible since, the answer asks nobody.

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

const Since = Type.Optional(
  Type.String({ maxLength: 40, description: 'ISO 8601, inclusive; UTC where it names no zone.' }),
)
const newest = 200
const mostSince = 1_000
const json = 'application/json; charset=utf-8'
const quietQueue = '[{"waitingConversations":[],"assignedConversations":[],"removed":[]}]'

/** Adds the routes. */
export function addSinceRoutes(app: HttpApp, options: SinceOptions): void {
  addConversationPoll(app, options)
  addMessagePoll(app, options)
  addQueuePoll(app, options)
}

function addConversationPoll(app: HttpApp, options: SinceOptions): void {
  const { versions, feed, conversations } = options
  const schema = {
    summary: "The caller's conversations that changed since a time; without one the newest",
    querystring: Type.Object({ userId: Type.String({ maxLength: 40 }), since: Since }),
    response: { 200: Type.Unsafe<string>(Type.Array(ConversationObject)) },
  }
  app.get('/api/conversations/updates', { schema }, ({ identity, query }, reply) => {
    const since = sinceOf(identity, query.userId, query.since)
    prepare(reply, options)
    const known = versions.known(identity.id)
    if (since !== undefined && isQuiet(known, since, options)) return '[]'
    return read(since)

    async function read(since: number | undefined) {
      const user_id = identity.id
      if (since === undefined) {
        const page = { user_id, before: beforeAll, count: newest }
        return JSON.stringify(await conversations.list(page))
      }
      if (isQuiet(await versions.current(user_id), since, options)) return '[]'
      const after = beginning(since, options)
      const page = await feed.after({ user_id, after, count: mostSince, wants: 'conversations' })
      return JSON.stringify(page.conversations)
    }
  })
}

function addMessagePoll(app: HttpApp, options: SinceOptions): void {
  const { versions, feed } = options
  const schema = {
    summary: 'Messages to and from the caller since a time; without one the newest',
    querystring: Type.Object({ userId: Type.String({ maxLength: 40 }), since: Since }),
    response: { 200: Type.Unsafe<string>(Type.Array(MessageObject)) },
  }
  app.get('/api/messages/updates', { schema }, ({ identity, query }, reply) => {
    const since = sinceOf(identity, query.userId, query.since)
    prepare(reply, options)
    const known = versions.known(identity.id)
    if (since !== undefined && isQuiet(known, since, options)) return '[]'
    return read(since)

    async function read(since: number | undefined) {
      const asked = { user_id: identity.id, wants: 'messages' } as const
      if (since === undefined) {
        const page = await feed.newest({ ...asked, after: 0, count: newest })
        return JSON.stringify(page.messages.slice(-newest))
      }
      if (isQuiet(await versions.current(identity.id), since, options)) return '[]'
      const after = beginning(since, options)
      const page = await feed.after({ ...asked, after, count: mostSince })
      return JSON.stringify(page.messages)
    }
  })
}

function addQueuePoll(app: HttpApp, options: SinceOptions): void {
  const { versions } = options
  const schema = {
    summary: 'What changed in the queue and among the assigned conversations since a time',
    querystring: Type.Object({ expertId: Type.String({ maxLength: 40 }), since: Since }),
    response: {
      200: Type.Unsafe<string>(
        Type.Array(
          Type.Object({
            waitingConversations: Type.Array(ConversationObject),
            assignedConversations: Type.Array(ConversationObject),
            removed: Type.Array(Type.String()),
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
  app.get('/api/expert-queue/updates', route, ({ identity, query }, reply) => {
    const since = sinceOf(identity, query.expertId, query.since)
    prepare(reply, options)
    if (since === undefined) return snapshot(options, identity)
    const own = versions.known(identity.id)
    const queue = versions.known(queueAudience)
    if (isQuiet(own, since, options) && isQuiet(queue, since, options)) {
      return quietQueue
    }
    return queueSince(options, identity, since)
  })
}

async function snapshot({ queue, conversations }: SinceOptions, { id }: Identity): Promise<string> {
  const [assigned] = await Promise.all([
    conversations.assigned({ expert_id: id, count: newest }),
    queue.refresh(),
  ])
  return `[{"waitingConversations":[${queue.oldest.join(',')}],"assignedConversations":${JSON.stringify(assigned)},"removed":[]}]`
}

async function queueSince(options: SinceOptions, { id }: Identity, since: number): Promise<string> {
  const { versions, feed, queue } = options
  const after = beginning(since, options)
  const isOwnQuiet = isQuiet(await versions.current(id), since, options)
  const isQueueQuiet = isQuiet(await versions.current(queueAudience), since, options)
  const [page] = await Promise.all([
    isOwnQuiet
      ? undefined
      : feed.after({ user_id: id, after, count: mostSince, wants: 'conversations' }),
    isQueueQuiet ? undefined : queue.refresh(),
  ])
  const assigned = (page?.conversations ?? []).filter(
    ({ status, assignedExpertId }) => status === 'active' && assignedExpertId === id,
  )
  const { waiting, removed, complete } = isQueueQuiet
    ? { waiting: [], removed: [], complete: false }
    : queue.changesAfter(after)
  return (
    `[{"waitingConversations":[${waiting.join(',')}]` +
    `,"assignedConversations":${JSON.stringify(assigned)},"removed":${JSON.stringify(removed)}` +
    `${complete ? ',"complete":true' : ''}}]`
  )
}

/** The time asked for in microseconds; throws a 403 when the poll names somebody else. */
function sinceOf(identity: Identity, user: string, since: string | undefined): number | undefined {
  if (user !== identity.id) throw forbidden('These are the updates of somebody else.')
  if (since === undefined || since === '') return undefined
  const microseconds = microsecondsOf(since)
  if (microseconds === undefined) {
    throw badRequest('query.since: expected a time such as 2026-11-20T17:00:00.000000Z.')
  }
  return microseconds
}

function prepare(reply: FastifyReply, { pace }: SinceOptions): void {
  void reply.header('x-poll-interval', pace.interval).header('content-type', json)
}

/** Whether everything of an audience was visible before the time, whatever the clocks say. */
function isQuiet(known: Known | undefined, since: number, { overlap_ms }: SinceOptions): boolean {
  return known !== undefined && known.seen + overlap_ms * 1_000 < since
}

/** The version after which a poll begins: what was numbered before may have become visible since. */
function beginning(since: number, { overlap_ms, commitsWithin_ms }: SinceOptions): number {
  return Math.max(0, since - (overlap_ms + commitsWithin_ms) * 1_000 - 1)
}
