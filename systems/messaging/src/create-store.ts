// Puts the store together: RPC in front of one coalescer on one pool, and a place in the list of etcd.

import type { AddressInfo } from 'node:net'
import {
  Coalescer,
  createHttpService,
  Database,
  databaseMetrics,
  type HttpService,
  type Logger,
} from '@plimsoll/service'

import { EtcdClient } from './discovery/etcd-client.ts'
import { Registration } from './discovery/registration.ts'
import { StoreHealth } from './health/store-health.ts'
import { WatchedConnections } from './health/watched-connections.ts'
import { mostAnswerBytes } from './pull/page.ts'
import { messagesService } from './rpc/messages-service.ts'
import { addRpcServer } from './rpc/rpc-server.ts'
import { addressesIn, type StoreSettings } from './settings.ts'

/** A part of messaging that can be listened with, drained and closed. */
export interface Part {
  readonly service: HttpService
  /** Turns /readyz false, and resolves when those who look for it elsewhere have been told as well. */
  readonly drain: () => Promise<void>
  readonly close: () => Promise<void>
}

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
  const connections = new WatchedConnections(database)
  const coalescer = new Coalescer({
    connections,
    queueLimit: settings.QUEUE_LIMIT,
    queueTimeout: settings.QUEUE_TIMEOUT_MS,
  })
  const health = new StoreHealth({ database, connections, coalescer })
  const isReady = () => health.isReady()
  const service = await createHttpService({
    title: 'Messaging store',
    version: '0.1.0',
    settings,
    log,
    isReady,
  })
  service.metrics.add(databaseMetrics([database, coalescer]))
  const rpc = addRpcServer({
    routes: messagesService({
      coalescer,
      queueTimeout: settings.QUEUE_TIMEOUT_MS,
      hasDatabase: () => health.hasDatabase,
      log,
    }),
    http: service.app.server,
    messageBytes: settings.CALL_BYTES,
    answerBytes: mostAnswerBytes,
    silence: settings.REQUEST_TIMEOUT_MS,
    mostCalls: settings.MAX_REQUESTS_IN_FLIGHT,
  })
  // After the ready delay: whoever looks after /readyz or the list of stores has left by then.
  service.app.addHook('preClose', async () => rpc.drain())
  let registration: Registration | undefined
  service.app.addHook('onListen', async () => {
    registration = register(service, { settings, isReady, log })
  })
  await database.warmUp()
  return {
    service,
    drain: async () => {
      health.leave()
      await registration?.end()
    },
    close: async () => {
      await registration?.end()
      coalescer[Symbol.dispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

interface Registering {
  readonly settings: StoreSettings
  readonly isReady: () => Promise<boolean>
  readonly log: Logger
}

/** Undefined where etcd is not asked. */
function register(
  { app }: HttpService,
  { settings, isReady, log }: Registering,
): Registration | undefined {
  if (settings.ETCD_URL === undefined) return undefined
  const { port } = app.server.address() as AddressInfo
  const host = settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST
  return new Registration({
    etcd: new EtcdClient({
      urls: addressesIn(settings.ETCD_URL),
      timeout: settings.ETCD_TIMEOUT_MS,
    }),
    prefix: settings.ETCD_PREFIX,
    url: settings.ADVERTISED_URL ?? `http://${host}:${port}`,
    lease_seconds: settings.LEASE_SECONDS,
    isReady,
    log,
  })
}
