// Puts the service together: one pool, one coalescer on it, one connection that watches versions, and the
// routes of each capability.

import {
  Coalescer,
  createHttpService,
  Database,
  databaseMetrics,
  Passwords,
  type HttpApp,
  type HttpService,
  type Logger,
} from '@plimsoll/service'

import { addAuthRoutes } from './auth/auth-routes.ts'
import { guardRoutes } from './auth/guard.ts'
import { openUsers } from './auth/user-store.ts'
import { openConversations } from './conversations/conversation-store.ts'
import { addConversationRoutes } from './conversations/conversation-routes.ts'
import { openClaims, type Claims } from './expert/claim-store.ts'
import { addExpertRoutes } from './expert/expert-routes.ts'
import { nameErrors } from './http/refusals.ts'
import { isoNow } from './http/timestamps.ts'
import { keepHouse } from './housekeeping.ts'
import { addMessageRoutes } from './messages/message-routes.ts'
import { addPageRoutes } from './page/page-routes.ts'
import type { Settings } from './settings.ts'
import { openFeed } from './updates/feed-store.ts'
import { Pace } from './updates/pace.ts'
import { QueueView } from './updates/queue-view.ts'
import { addSinceRoutes } from './updates/since-routes.ts'
import { addStreamRoute } from './updates/stream-route.ts'
import { Streams } from './updates/streams.ts'
import { Updates } from './updates/updates.ts'
import { addUpdatesRoute } from './updates/updates-route.ts'
import { Versions } from './updates/versions.ts'

export interface Helpdesk {
  readonly service: HttpService
  /** Turns /readyz false. */
  readonly drain: () => void
  readonly close: () => Promise<void>
}

/** Tables grow from nothing: a plan that was made for an empty one must do for a full one. */
export const session = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  random_page_cost: '1.1',
}

const readyDeadline = 1_000
/** What the pool adds to a statement's own deadline before it gives up. */
const statementGrace_ms = 1_000

/** Builds the service; it listens when its `app` is told to. */
export async function createHelpdesk({
  settings,
  log,
  now = Date.now,
}: {
  settings: Settings
  log: Logger
  /** Milliseconds since 1970. */
  now?: () => number
}): Promise<Helpdesk> {
  const database = openDatabase(settings, log, settings.POOL_SIZE)
  const watch = openDatabase(settings, log, 1)
  const coalescer = new Coalescer({
    connections: database,
    queueLimit: settings.QUEUE_LIMIT,
    queueTimeout: settings.QUEUE_TIMEOUT_MS,
  })
  const versions = new Versions({
    connections: watch,
    coalescer,
    log,
    every_ms: settings.VERSIONS_EVERY_MS,
    commitsWithin_ms: commitsWithin(settings),
    now,
  })
  let draining = false
  const service = await createHttpService({
    title: 'Help desk',
    version: '0.1.0',
    settings,
    log,
    hasBearerTokens: true,
    alivePaths: ['/health'],
    isReady: async () => !draining && (await database.isAnswering(readyDeadline)),
  })
  const { app } = service
  service.metrics.add(databaseMetrics([database, coalescer]))
  nameErrors(app)

  const claims = openClaims({ coalescer, listener: versions, lease_ms: settings.LEASE_MS })
  const pace = new Pace()
  const streams = addRoutes(app, { settings, now, coalescer, versions, claims, pace })
  const house = keepHouse({ claims, database, log })
  await database.warmUp()
  return {
    service,
    drain: () => {
      draining = true
      streams[Symbol.dispose]()
    },
    close: async () => {
      streams[Symbol.dispose]()
      house[Symbol.dispose]()
      pace[Symbol.dispose]()
      coalescer[Symbol.dispose]()
      await versions[Symbol.asyncDispose]()
      await Promise.all([database[Symbol.asyncDispose](), watch[Symbol.asyncDispose]()])
    },
  }
}

interface RouteOptions {
  readonly settings: Settings
  readonly now: () => number
  readonly coalescer: Coalescer
  readonly versions: Versions
  readonly claims: Claims
  readonly pace: Pace
}

/** Adds every route; what it returns must be disposed of before the service can drain. */
function addRoutes(app: HttpApp, options: RouteOptions): Disposable {
  const { settings, now, coalescer, versions, claims, pace } = options
  const guard = guardRoutes(app, { settings, now })
  const users = openUsers(coalescer)
  const conversations = openConversations(coalescer, versions)
  const feed = openFeed(coalescer)
  const queue = new QueueView({
    coalescer,
    versions,
    page: settings.QUEUE_PAGE,
    commitsWithin_ms: commitsWithin(settings),
    now,
  })
  const passwords = new Passwords({
    concurrency: settings.HASH_CONCURRENCY,
    queueLimit: settings.HASH_QUEUE_LIMIT,
    queueTimeout: settings.HASH_QUEUE_TIMEOUT_MS,
  })
  const health = { config: { open: true }, schema: { summary: 'Alive' } }
  app.get('/health', health, (_request, reply) =>
    reply.send({ status: 'ok', timestamp: isoNow(now()) }),
  )
  addAuthRoutes(app, { settings, guard, users, passwords })
  addConversationRoutes(app, conversations)
  addMessageRoutes(app, { coalescer, settings, listener: versions })
  addExpertRoutes(app, { coalescer, claims, conversations, queue })
  addSinceRoutes(app, {
    versions,
    feed,
    queue,
    conversations,
    pace,
    overlap_ms: settings.SINCE_OVERLAP_MS,
    commitsWithin_ms: commitsWithin(settings),
  })
  const updates = new Updates({ versions, feed, queue })
  addUpdatesRoute(app, { updates, pace })
  const streams = new Streams({ updates, versions, limit: settings.MAX_STREAMS, now })
  addStreamRoute(app, streams)
  addPageRoutes(app)
  return streams
}

/** The longest from a statement's beginning to its commit or its end, in milliseconds. */
function commitsWithin({ STATEMENT_TIMEOUT_MS }: Settings): number {
  return STATEMENT_TIMEOUT_MS + statementGrace_ms
}

function openDatabase(settings: Settings, log: Logger, size: number): Database {
  return new Database({
    url: settings.DATABASE_URL,
    name: 'helpdesk',
    size,
    connectTimeout: settings.CONNECT_TIMEOUT_MS,
    statementTimeout: settings.STATEMENT_TIMEOUT_MS,
    session,
    onError: (error) => log.warn({ err: error }, 'an idle connection to the database broke'),
  })
}
