// Puts the store together: RPC in front of one coalescer on one pool.

import {
  Coalescer,
  createHttpService,
  Database,
  databaseMetrics,
  type HttpService,
  type Logger,
} from '@plimsoll/service'

import { mostAnswerBytes } from './pull/page.ts'
import { messagesService } from './rpc/messages-service.ts'
import { addRpcServer } from './rpc/rpc-server.ts'
import type { StoreSettings } from './settings.ts'

/** A part of messaging that can be listened with, drained and closed. */
export interface Part {
  readonly service: HttpService
  /** Turns /readyz false. */
  readonly drain: () => void
  readonly close: () => Promise<void>
}

const readyDeadline = 1_000

/** Tables grow from nothing: a plan that was made for an empty one must do for a full one. */
export const session = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_mergejoin: 'off',
  random_page_cost: '1.1',
}

/** Builds the store; it listens when its `app` is told to. */
export async function createStore({
  settings,
  log,
}: {
  settings: StoreSettings
  log: Logger
}): Promise<Part> {
  const database = new Database({
    url: settings.DATABASE_URL,
    name: 'messaging-store',
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
    title: 'Messaging store',
    version: '0.1.0',
    settings,
    log,
    isReady: async () => !draining && (await database.isAnswering(readyDeadline)),
  })
  service.metrics.add(databaseMetrics(database, coalescer))
  const rpc = addRpcServer({
    routes: messagesService(coalescer, log),
    http: service.app.server,
    messageBytes: settings.CALL_BYTES,
    answerBytes: mostAnswerBytes,
    silence: settings.REQUEST_TIMEOUT_MS,
  })
  // After the ready delay: whoever looks after /readyz or the list of stores has left by then.
  service.app.addHook('preClose', async () => rpc.drain())
  await database.warmUp()
  return {
    service,
    drain: () => {
      draining = true
    },
    close: async () => {
      coalescer[Symbol.dispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
