// Puts the API together: records in by way of the queue, records out by way of the database.

import {
  Coalescer,
  createHttpService,
  Database,
  databaseMetrics,
  gauge,
  type HttpService,
  type Logger,
} from '@plimsoll/service'
import { type Queue, queueMetrics } from '@plimsoll/service/queue'

import { BodyBudget } from './ingest/body-budget.ts'
import { addIngest } from './ingest/ingest.ts'
import { Packer, packerMetrics } from './ingest/packer.ts'
import { openKeys } from './keys/open-keys.ts'
import { openNewestPages } from './newest/open-newest-pages.ts'
import { deadLettersOf, openQueue, sendOne } from './open-queue.ts'
import { openPages } from './read/list-store.ts'
import { addReads } from './read/reads.ts'
import { RecordIds } from './records/record-id.ts'
import { RecordReader } from './records/read-record.ts'
import type { ApiSettings } from './settings.ts'
import { addHealthRoute } from './watch/health-route.ts'
import { QueueWatch } from './watch/queue-watch.ts'

export interface ApiOptions {
  readonly settings: ApiSettings
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

export interface Api {
  readonly service: HttpService
  /** Turns /readyz false. */
  readonly drain: () => void
  readonly close: () => Promise<void>
}

const readyDeadline = 1_000

/** Every statement goes by the index, and is planned once per connection. */
export const session = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  random_page_cost: '1.1',
}

/** Builds the API; it listens when its `app` is told to. */
export async function createApi({ settings, log, clock }: ApiOptions): Promise<Api> {
  const database = new Database({
    url: settings.DATABASE_URL,
    name: 'logging-api',
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
  const queue = await openQueue(settings, { connections: settings.SENDERS + 2, log })
  const findDeadLetters = () => deadLettersOf(settings)
  const sendDeadline = settings.SEND_DEADLINE_MS
  const watch = new QueueWatch({ queue, findDeadLetters, database, sendDeadline, clock })
  const packer = openPacker(settings, { queue, clock })
  let draining = false
  const service = await createHttpService({
    title: 'Logging',
    version: '0.1.0',
    settings,
    log,
    // Half of it works without the queue, the other half without the database.
    isReady: async () =>
      !draining && (watch.isAnswering() || (await database.isAnswering(readyDeadline))),
  })
  service.metrics.add(databaseMetrics([database, coalescer]))
  service.metrics.add(queueMetrics(queue))
  service.metrics.add(() => watch.metrics())
  service.metrics.add(() => packerMetrics(packer))
  const reader = new RecordReader({
    ids: new RecordIds(),
    messageLength: settings.MESSAGE_LENGTH_MAX,
  })
  const keys = await openKeys(settings, coalescer)
  const gate = keys?.gate
  const limits = ingestLimits(settings)
  service.metrics.add(() => gauge('logs_body_bytes', limits.budget.total))
  await addIngest(service.app, { packer, reader, gate, clock, ...limits })
  const pages = openPages(coalescer)
  const newest = openNewestPages({ settings, log, coalescer, ...pages })
  service.metrics.add(newest.metrics)
  await addReads(service.app, { ...pages, readNewest: newest.read, coalescer, watch, gate, clock })
  addHealthRoute(service.app, watch)
  await Promise.all([database.warmUp(), watch.look()])
  return {
    service,
    drain: () => {
      draining = true
    },
    close: async () => {
      watch[Symbol.dispose]()
      packer[Symbol.dispose]()
      queue[Symbol.dispose]()
      coalescer[Symbol.dispose]()
      keys?.[Symbol.dispose]()
      await newest[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

function openPacker(
  settings: ApiSettings,
  { queue, clock }: { queue: Queue; clock: () => number },
): Packer {
  return new Packer({
    send: (body, left) =>
      sendOne(queue, { body }, { timeout: Math.min(left, settings.QUEUE_CALL_TIMEOUT_MS) }),
    senders: settings.SENDERS,
    chunkBytes: settings.CHUNK_BYTES,
    pendingBytes: settings.PENDING_BYTES,
    deadline: settings.SEND_DEADLINE_MS,
    clock,
  })
}

function ingestLimits(settings: ApiSettings) {
  return {
    bodyBytes: settings.BODY_LIMIT_BYTES,
    recordsPerRequest: settings.RECORDS_PER_REQUEST,
    batchesInFlight: settings.BATCHES_IN_FLIGHT,
    budget: new BodyBudget({
      most: settings.BODY_BYTES_IN_FLIGHT,
      longest: settings.BODY_LIMIT_BYTES,
    }),
  }
}
