import { cache, command, postgres, queue, seconds, service, system } from 'plimsoll'
import { invariants } from './invariants.ts'

/** Log records: taken by an API, moved by workers from a queue into a database. */
export default system({
  name: 'logging',
  folder: import.meta.dirname,
  entry: 'api',
  parts: {
    database: postgres(),
    queue: queue(),
    cache: cache(),
    api: service({
      command: ['node', '--initial-heap-size=400', 'src/main.ts', 'serve'],
      processes: 'one per vCPU',
      needs: ['database', 'queue', 'cache'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      settings: ({ database, queue, port }) => ({
        DATABASE_URL: database.url,
        ...queueAt(queue.url),
        PORT: String(port),
      }),
    }),
    worker: service({
      command: ['node', 'src/main.ts', 'work'],
      needs: ['database', 'queue', 'cache'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      settings: ({ database, queue, port }) => ({
        DATABASE_URL: database.url,
        ...queueAt(queue.url),
        PORT: String(port),
      }),
    }),
  },
  prepare: [command('node src/main.ts migrate')],
  invariants,
})

function queueAt(endpoint: string) {
  return { SQS_ENDPOINT: endpoint, QUEUE_URL: `${endpoint}/000000000000/logs` }
}
