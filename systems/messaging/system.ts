import { command, discovery, node, postgres, seconds, service, system } from 'plimsoll'
import { invariants } from './invariants.ts'

/** Instant messages: an edge, stores that it finds by etcd where that is installed, and a database. */
export default system({
  name: 'messaging',
  folder: import.meta.dirname,
  entry: 'edge',
  parts: {
    database: postgres(),
    discovery: discovery(),
    store: service({
      command: node('src/main.ts', 'store'),
      needs: ['database', 'discovery'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      instances: 2,
      settings: ({ database, discovery, port }) => ({
        DATABASE_URL: database.url,
        ETCD_URL: discovery.url,
        PORT: String(port),
      }),
    }),
    edge: service({
      command: node('src/main.ts', 'edge'),
      needs: ['store', 'discovery'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      settings: ({ store, discovery, port }) => ({
        ...(discovery.url === '' ? { STORES: store.urls.join(',') } : { ETCD_URL: discovery.url }),
        PORT: String(port),
      }),
    }),
  },
  prepare: [command('node src/main.ts migrate', { part: 'store' })],
  invariants,
})
