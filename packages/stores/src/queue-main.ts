// The embedded queue as a process of its own: `queue-main.ts PORT FOLDER`. fauxqs speaks SQS and writes every
// change through to SQLite (WAL, synchronous FULL) before it answers. Its own start listens on all interfaces and
// tells no ages, so the server is put together here: on 127.0.0.1, with metrics. What is reached into is pinned by
// the exact version in package.json. One hazard stays: a message that fauxqs itself moves to a dead-letter queue
// is deleted and inserted in two commits, so a worker that must lose nothing sends its poison there by itself.

import { buildApp } from 'fauxqs'
import { queueMetrics, type InspectedQueue } from './queue-metrics.ts'

interface QueueStore {
  allQueues(): Iterable<InspectedQueue & { persistence: unknown }>
  persistence: unknown
}
interface Persistence {
  loadSqsQueues(store: QueueStore): void
  close(): void
}

const [port, folder = '.'] = process.argv.slice(2)
const entry = import.meta.resolve('fauxqs')
const { SqsStore } = (await import(new URL('./sqs/sqsStore.js', entry).href)) as {
  SqsStore: new () => QueueStore
}
const { PersistenceManager } = (await import(new URL('./persistence.js', entry).href)) as {
  PersistenceManager: new (folder: string) => Persistence
}

const sqsStore = new SqsStore()
const persistence = new PersistenceManager(folder)
// Loaded before the store knows where to write, or loading would write everything anew.
persistence.loadSqsQueues(sqsStore)
sqsStore.persistence = persistence
for (const queue of sqsStore.allQueues()) queue.persistence = persistence

const stores = { sqsStore } as unknown as NonNullable<Parameters<typeof buildApp>[0]>['stores']
const app = buildApp({ logger: false, stores })
app.get('/metrics', () => queueMetrics([...sqsStore.allQueues()], new Date()))
await app.listen({ port: Number(port), host: '127.0.0.1' })
process.once('SIGTERM', () => void app.close().then(() => persistence.close()))
