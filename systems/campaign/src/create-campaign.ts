// Puts the service together: a pool that writes and one that reads, a coalescer on each, one connection that
// watches scores, and the routes of each capability.

import {
  Coalescer,
  createHttpService,
  Database,
  databaseMetrics,
  Passwords,
  Reader,
  Reads,
  type HttpApp,
  type HttpService,
  type Logger,
} from '@plimsoll/service'

import { addAdminRoutes } from './admin/admin-routes.ts'
import { addAuthRoutes } from './auth/auth-routes.ts'
import { guardRoutes } from './auth/guard.ts'
import { openUsers } from './auth/user-store.ts'
import { openCheckins } from './checkins/checkin-store.ts'
import { addPostRoutes } from './checkins/post-routes.ts'
import { addUploadRoute } from './checkins/upload-route.ts'
import { addEventRoutes } from './events/event-routes.ts'
import { openEvents } from './events/event-store.ts'
import { tellWrites } from './http/tell-writes.ts'
import { addImageRoute, Images } from './images/images.ts'
import { openImageStore, type ImageStore } from './images/image-store.ts'
import { addLeaderboardRoute, addStreamRoute } from './leaderboard/leaderboard-route.ts'
import { LeaderboardStreams } from './leaderboard/leaderboard-streams.ts'
import { Leaderboard, type Order } from './leaderboard/leaderboard.ts'
import { Memberships } from './leaderboard/memberships.ts'
import { openOrder } from './leaderboard/open-order.ts'
import { ScoreWatch, type ScoreWatcher } from './leaderboard/score-watch.ts'
import { builtPage } from './page/built-page.ts'
import { addPageRoutes } from './page/page-routes.ts'
import { addScoreInfoRoute } from './score/score-info-route.ts'
import type { Settings } from './settings.ts'
import { addTeamRoutes } from './teams/team-routes.ts'
import { openTeams } from './teams/team-store.ts'

export interface Campaign {
  readonly service: HttpService
  /** Turns /readyz false. */
  readonly drain: () => void
  readonly close: () => Promise<void>
}

/** Tables grow from nothing: a plan that was made for an empty one must do for a full one. */
const session = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  random_page_cost: '1.1',
}

const readyDeadline = 1_000

/** Builds the service; it listens when its `app` is told to. */
export async function createCampaign({
  settings,
  log,
  now = Date.now,
}: {
  settings: Settings
  log: Logger
  /** Milliseconds since 1970. */
  now?: () => number
}): Promise<Campaign> {
  const page = await builtPage(log)
  const stores = openStores(settings, log)
  const { database, writer, rushed, checkins, reads } = stores
  let draining = false
  let isLoaded = () => false
  const service = await createHttpService({
    title: 'TagTogether',
    version: '0.1.0',
    settings,
    log,
    hasBearerTokens: true,
    ignoresTrailingSlashes: true,
    alivePaths: ['/health', '/health/'],
    isReady: async () => !draining && isLoaded() && (await database.isAnswering(readyDeadline)),
  })
  service.metrics.add(databaseMetrics([database, writer], [rushed, checkins]))
  service.metrics.add(reads.metrics())
  const images = await openImageStore(settings, log)
  const { order, close: closeOrder } = await openOrder(settings, { writer, log })
  const openWatch = (watcher: ScoreWatcher) =>
    new ScoreWatch({
      connections: stores.watched,
      watcher,
      log,
      every_ms: settings.SCORES_EVERY_MS,
    })
  const shared = { settings, now, writer, checkins, reads, images, order, openWatch }
  const { leaderboard, streams, watch } = await addRoutes(service.app, shared)
  isLoaded = () => leaderboard.isLoaded
  addPageRoutes(service.app, page)
  await stores.warmUp()
  return {
    service,
    drain: () => {
      draining = true
      streams[Symbol.dispose]()
    },
    close: async () => {
      streams[Symbol.dispose]()
      images[Symbol.dispose]()
      await closeOrder()
      await watch[Symbol.asyncDispose]()
      await stores.close()
    },
  }
}

/** The pools, and the coalescers on them. */
function openStores(settings: Settings, log: Logger) {
  const { POOL_SIZE, CHECKIN_POOL_SIZE, QUEUE_LIMIT, QUEUE_TIMEOUT_MS } = settings
  const database = openDatabase(settings, log, POOL_SIZE)
  const watched = openDatabase(settings, log, 1)
  // Check-ins wait for each other's locks: they take no connection from whoever reads.
  const rushed = openDatabase(settings, log, CHECKIN_POOL_SIZE)
  const limits = { queueLimit: QUEUE_LIMIT, queueTimeout: QUEUE_TIMEOUT_MS }
  const writer = new Coalescer({ connections: database, ...limits })
  const checkins = new Coalescer({ connections: rushed, ...limits })
  const reader = openReader(settings, log)
  return {
    database,
    watched,
    writer,
    rushed,
    checkins,
    reads: new Reads({ writer, reader }),
    warmUp: () => Promise.all([database.warmUp(), rushed.warmUp()]),
    async close(): Promise<void> {
      writer[Symbol.dispose]()
      checkins[Symbol.dispose]()
      await reader?.[Symbol.asyncDispose]()
      await Promise.all([database, watched, rushed].map((pool) => pool[Symbol.asyncDispose]()))
    },
  }
}

interface RouteOptions {
  readonly settings: Settings
  readonly now: () => number
  readonly writer: Coalescer
  readonly checkins: Coalescer
  readonly reads: Reads
  readonly images: ImageStore
  readonly order: Order
  readonly openWatch: (watcher: ScoreWatcher) => ScoreWatch
}

async function addRoutes(
  app: HttpApp,
  { settings, now, writer, checkins, reads, images: store, order, openWatch }: RouteOptions,
): Promise<{ leaderboard: Leaderboard; streams: LeaderboardStreams; watch: ScoreWatch }> {
  const guard = guardRoutes(app, { settings, now })
  tellWrites(app, reads)
  const starts = settings.CAMPAIGN_START
  const memberships = new Memberships((user_id) => teams.of(user_id))
  const leaderboard = new Leaderboard({ memberships, order })
  const watch = openWatch(leaderboard)
  const caughtUp = () => watch.caughtUp()
  const teams = openTeams({
    writer,
    reads,
    listener: leaderboard,
    starts,
    mostTeams: settings.TEAMS_PER_USER_MAX,
  })
  const passwords = new Passwords({
    concurrency: settings.HASH_CONCURRENCY,
    queueLimit: settings.HASH_QUEUE_LIMIT,
    queueTimeout: settings.HASH_QUEUE_TIMEOUT_MS,
  })
  const health = { config: { open: true }, schema: { summary: 'Alive' } }
  app.get('/health', health, (_request, reply) => reply.send({ status: 'healthy' }))
  addAuthRoutes(app, { settings, guard, users: openUsers(writer), passwords })
  addTeamRoutes(app, { settings, teams, leaderboard, caughtUp })
  addLeaderboardRoute(app, { guard, leaderboard, caughtUp })
  const streams = new LeaderboardStreams({ leaderboard, limit: settings.MAX_STREAMS, now })
  addStreamRoute(app, { guard, streams, caughtUp })
  addEventRoutes(app, openEvents({ writer, reads, mostWaiting: settings.EVENT_WAITING_MAX }))
  addScoreInfoRoute(app, { reads, starts })
  addPostRoutes(app, reads)
  const checkIn = openCheckins({ writer: checkins, listener: leaderboard, starts })
  const images = new Images(store, { largest_bytes: settings.IMAGE_LIMIT_BYTES })
  addImageRoute(app, { images, silence_ms: settings.REQUEST_TIMEOUT_MS })
  await addUploadRoute(app, { settings, checkIn, images })
  addAdminRoutes(app, { writer, listener: leaderboard, starts, images })
  return { leaderboard, streams, watch }
}

/** The replica, where there is one. */
function openReader(settings: Settings, log: Logger): Reader | null {
  if (settings.DATABASE_URL_READER === undefined) return null
  return new Reader({
    url: settings.DATABASE_URL_READER,
    name: 'campaign',
    size: settings.READER_POOL_SIZE,
    connectTimeout: settings.CONNECT_TIMEOUT_MS,
    patience: settings.READER_PATIENCE_MS,
    queueLimit: settings.QUEUE_LIMIT,
    session,
    onError: (error) => log.warn({ err: error }, 'the replica is in trouble'),
  })
}

function openDatabase(settings: Settings, log: Logger, size: number): Database {
  return new Database({
    url: settings.DATABASE_URL,
    name: 'campaign',
    size,
    connectTimeout: settings.CONNECT_TIMEOUT_MS,
    statementTimeout: settings.STATEMENT_TIMEOUT_MS,
    session,
    onError: (error) => log.warn({ err: error }, 'an idle connection to the database broke'),
  })
}
