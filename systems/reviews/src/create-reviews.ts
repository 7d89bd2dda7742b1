// Puts the service together: one pool, one coalescer on it, and the routes of each capability.

import {
  Coalescer,
  createHttpService,
  Database,
  databaseMetrics,
  type HttpService,
  type Logger,
} from '@plimsoll/service'

import { addMetaRoute } from './meta/meta-route.ts'
import { forgetOldKeys } from './reviews/forget-old-keys.ts'
import { addListRoute } from './reviews/list-route.ts'
import { addPostRoute } from './reviews/post-route.ts'
import type { Settings } from './settings.ts'
import { addVoteRoutes } from './votes/vote-routes.ts'

export interface Reviews {
  readonly service: HttpService
  /** Turns /readyz false. */
  readonly drain: () => void
  readonly close: () => Promise<void>
}

/**
 * Every statement of this service goes by an index and is planned once per connection: without these a plan
 * made while a table was small would stay when it has grown.
 */
export const session = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  random_page_cost: '1.1',
}

const readyDeadline = 1_000

/** Builds the service; it listens when its `app` is told to. */
export async function createReviews({
  settings,
  log,
}: {
  settings: Settings
  log: Logger
}): Promise<Reviews> {
  const database = new Database({
    url: settings.DATABASE_URL,
    name: 'reviews',
    size: settings.POOL_SIZE,
    connectTimeout: settings.CONNECT_TIMEOUT_MS,
    statementTimeout: settings.STATEMENT_TIMEOUT_MS,
    session,
    onError: (error) => log.warn({ err: error }, 'an idle connection to the database broke'),
  })
  const coalescer = new Coalescer({
    connections: database,
    queueLimit: settings.QUEUE_LIMIT,
    queueTimeout: settings.QUEUE_TIMEOUT_MS,
  })
  let draining = false
  const service = await createHttpService({
    title: 'Ratings and reviews',
    version: '0.1.0',
    settings,
    log,
    isReady: async () => !draining && (await database.isAnswering(readyDeadline)),
  })
  service.metrics.add(databaseMetrics([database, coalescer]))
  addListRoute(service.app, coalescer)
  addMetaRoute(service.app, coalescer)
  addPostRoute(service.app, coalescer, settings)
  addVoteRoutes(service.app, coalescer)
  const forgetting = forgetOldKeys(database, log)
  await database.warmUp()
  return {
    service,
    drain: () => {
      draining = true
    },
    close: async () => {
      clearInterval(forgetting)
      coalescer[Symbol.dispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
