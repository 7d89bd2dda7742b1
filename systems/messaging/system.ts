import { command, postgres, seconds, service, system } from 'plimsoll'
import { invariants } from './invariants.ts'

/** Instant messages: an edge, stores that it finds by a list, and a database. */
export default system({
  name: 'messaging',
  folder: import.meta.dirname,
  entry: 'edge',
  parts: {
    database: postgres(),
    store: service({
      command: ['node', '--initial-heap-size=400', 'src/main.ts', 'store'],
      needs: ['database'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      instances: 2,
      settings: ({ database, port }) => ({ DATABASE_URL: database.url, PORT: String(port) }),
    }),
    edge: service({
      command: ['node', '--initial-heap-size=400', 'src/main.ts', 'edge'],
      needs: ['store'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      settings: ({ store, port }) => ({ STORES: store.urls.join(','), PORT: String(port) }),
    }),
  },
  prepare: [command('node src/main.ts migrate', { part: 'store' })],
  invariants,
})
