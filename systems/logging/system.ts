import { cache, command, node, postgres, queue, seconds, service, system } from 'plimsoll'
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
      command: node('src/main.ts', 'serve'),
      processes: 'one per vCPU',
      needs: ['database', 'queue', 'cache'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      settings: ({ database, queue, cache, port }) => ({
        DATABASE_URL: database.url,
        ...queueAt(queue.url),
        REDIS_URL: cache.url,
        PORT: String(port),
      }),
    }),
    worker: service({
      command: node('src/main.ts', 'work'),
      needs: ['database', 'queue', 'cache'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      settings: ({ database, queue, cache, port }) => ({
        DATABASE_URL: database.url,
        ...queueAt(queue.url),
        REDIS_URL: cache.url,
        PORT: String(port),
      }),
    }),
  },
  prepare: [command('node src/main.ts migrate')],
  invariants,
  alarms: {
    oldestMessage: {
      part: 'queue',
      metric: 'queue_oldest_age_ms',
      above: 10_000,
      for: seconds(5),
      remedy: 'Look at the workers and the database: nothing is being stored.',
    },
    depth: {
      part: 'queue',
      metric: 'queue_depth',
      above: 2_000,
      for: seconds(10),
      remedy: 'More is accepted than stored: add workers, or look why they are slow.',
    },
    deadLetters: {
      part: 'queue',
      metric: 'dead_letters',
      above: 0,
      for: seconds(0),
      remedy: 'Look at them with `logging dead-letters`, mend, replay.',
    },
    lag: {
      part: 'worker',
      metric: 'lag_p99_ms',
      above: 5_000,
      for: seconds(5),
      remedy: 'Add workers, or lower the load.',
    },
    apiCpu: {
      part: 'api',
      metric: 'cpu_share',
      above: 0.9,
      for: seconds(10),
      remedy: 'Add instances.',
    },
    workerCpu: {
      part: 'worker',
      metric: 'cpu_share',
      above: 0.95,
      for: seconds(30),
      remedy: 'Add workers before a backlog grows.',
    },
    apiMemory: {
      part: 'api',
      metric: 'memory_bytes',
      above: 2 ** 30,
      for: seconds(10),
      remedy: 'Look at logs_pending_bytes: the queue takes less than comes. Lower PENDING_BYTES.',
    },
  },
})

function queueAt(endpoint: string) {
  return { SQS_ENDPOINT: endpoint, QUEUE_URL: `${endpoint}/000000000000/logs` }
}
