// Puts the worker together. It listens too, for health and metrics.

import { randomUUID } from 'node:crypto'
import {
  createHttpService,
  Database,
  gauge,
  type HttpService,
  type Logger,
} from '@plimsoll/service'
import { queueMetrics, type Queue } from '@plimsoll/service/queue'

import { newestRowsOf } from './newest/newest-rows.ts'
import { openNewest, type Newest } from './newest/open-newest.ts'
import { deadLettersOf, openQueue, sendOne } from './open-queue.ts'
import { keepPartitionsRegularly } from './partitions/keep-partitions.ts'
import { encodeChunk } from './records/chunk.ts'
import type { WorkerSettings } from './settings.ts'
import { copyBatch, type BatchCounts } from './store/copy-batch.ts'
import { DeadLetters } from './store/dead-letters.ts'
import { storeLines } from './store/store-lines.ts'
import { Worker, type WorkerOptions } from './store/worker.ts'

export interface WorkerServiceOptions {
  readonly settings: WorkerSettings
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

export interface WorkerService {
  readonly service: HttpService
  readonly worker: Worker
  /** Receives nothing more, and turns /readyz false. */
  readonly drain: () => void
  /** Resolves when what was held is stored. */
  readonly close: () => Promise<void>
}

/** Builds the worker, which begins at once. */
export async function createWorker({
  settings,
  log,
  clock,
}: WorkerServiceOptions): Promise<WorkerService> {
  const database = new Database({
    url: settings.DATABASE_URL,
    name: 'logging-worker',
    size: settings.POOL_SIZE,
    connectTimeout: settings.CONNECT_TIMEOUT_MS,
    statementTimeout: settings.STATEMENT_TIMEOUT_MS,
    onError: (error) => log.warn({ err: error }, 'an idle connection to the database broke'),
  })
  const queue = await openQueue(settings, { connections: settings.RECEIVERS + 4, log })
  const deadLetters = new DeadLetters(() => deadLettersOf(settings))
  const names = Array.from({ length: settings.POOL_SIZE }, () => randomUUID())
  const newest = openNewest(settings, log)
  const store = storeInto({ database, queue, deadLetters, newest, names })
  const partitions = keepPartitionsRegularly({ settings, log })
  const worker = new Worker({
    queue,
    store,
    bury: (message, reason) => deadLetters.buryMessage(message, reason),
    log,
    clock,
    settings,
  })
  let draining = false
  const service = await createHttpService({
    title: 'Logging worker',
    version: '0.1.0',
    settings,
    log,
    isReady: async () => !draining && worker.isStoring && (await database.isAnswering(1_000)),
  })
  service.metrics.add(() => worker.figures.text(clock()) + gauge('logs_held_messages', worker.held))
  service.metrics.add(queueMetrics(queue))
  return {
    service,
    worker,
    drain: () => {
      draining = true
      worker.stop()
    },
    close: async () => {
      await worker.ended()
      await partitions[Symbol.asyncDispose]()
      queue[Symbol.dispose]()
      deadLetters[Symbol.dispose]()
      await newest?.[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Stores what is held, each slot under a name of its own. */
function storeInto(to: {
  readonly database: Database
  readonly queue: Queue
  readonly deadLetters: DeadLetters
  readonly newest: Newest | undefined
  readonly names: readonly string[]
}): WorkerOptions['store'] {
  const { database, queue, deadLetters, newest, names } = to
  return async (held, slot) => {
    const times = held.map(({ chunk }) => chunk.receivedAt)
    const receivedAt = Math.min(...times)
    const progress = {
      worker: names[slot] ?? '',
      workedThrough: Math.max(...times),
    }
    return await storeLines(
      held.map(({ chunk }) => chunk.lines),
      {
        store: async (lines) => {
          const stored = await copyBatch(database, { lines, progress })
          if (newest !== undefined) addToNewest(newest, { lines, stored, worker: progress.worker })
          return stored.stored
        },
        bury: (line, reason) => deadLetters.buryLine(line, { reason, receivedAt }),
        postpone: (line) => sendOne(queue, { body: encodeChunk(line, { rows: 1, receivedAt }) }),
      },
    )
  }
}

/**
 * Adds what was stored to the newest records. Rows that were there before may differ from these lines: such a batch
 * is left out, and readers see that it is.
 */
function addToNewest(
  { rows: cache }: Newest,
  {
    lines,
    stored: { stored, batches: batch, epoch },
    worker,
  }: {
    readonly lines: readonly Buffer[]
    readonly stored: BatchCounts
    readonly worker: string
  },
): void {
  const newest = newestRowsOf(lines, cache.keep)
  if (newest?.lines === stored) void cache.add({ ...newest, epoch, worker, batch })
}
