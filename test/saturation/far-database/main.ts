// A service whose database is far away: every statement takes 10 ms and next to no CPU, and none shares
// another's. Two connections carry 200 requests a second, whatever the CPUs could do.

import {
  Coalescer,
  createHttpService,
  createLog,
  Database,
  databaseMetrics,
  databaseSettings,
  readSettings,
  runUntilSignal,
  serviceSettings,
  statement,
} from '@plimsoll/service'
import { Type } from 'typebox'

const farAway = statement('far_away', 'select pg_sleep(0.01 * cardinality($1::int[]))::text')

const settings = readSettings(Type.Object({ ...serviceSettings, ...databaseSettings }), process.env)
const log = createLog({ service: 'far', level: 'warn' })
const database = new Database({
  url: settings.DATABASE_URL,
  name: 'far',
  size: settings.POOL_SIZE,
  connectTimeout: settings.CONNECT_TIMEOUT_MS,
  statementTimeout: settings.STATEMENT_TIMEOUT_MS,
  session: {},
  onError: () => {},
})
const coalescer = new Coalescer({
  connections: database,
  queueLimit: settings.QUEUE_LIMIT,
  queueTimeout: settings.QUEUE_TIMEOUT_MS,
})
const read = coalescer.lane<number, string>({
  statement: farAway,
  kind: 'read',
  bytes: () => 8,
  batch: { requests: 1, bytes: 1_024 },
  bind: (requests) => [`{${requests.join(',')}}`],
  answers: (_rows, requests) => requests.map(() => '{}'),
})
const service = await createHttpService({
  title: 'Far database',
  version: '0.1.0',
  settings,
  log,
  isReady: () => database.isAnswering(1_000),
})
service.metrics.add(databaseMetrics([database, coalescer]))
service.app.get('/far', async (_request, reply) =>
  reply.header('content-type', 'application/json').send(await read(1)),
)
process.exitCode = await runUntilSignal({
  service,
  settings,
  log,
  signals: process,
  onDrain: () => {},
  async close() {
    coalescer[Symbol.dispose]()
    await database[Symbol.asyncDispose]()
  },
})
