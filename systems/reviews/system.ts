import { command, postgres, seconds, service, system } from 'plimsoll'
import { invariants } from './invariants.ts'
import { products } from './workload.ts'

/** Ratings and reviews: one service on one PostgreSQL. */
export default system({
  name: 'reviews',
  folder: import.meta.dirname,
  entry: 'api',
  parts: {
    database: postgres(),
    api: service({
      // A small heap is marked every few seconds, and each time that stalls an eighth of a core for 300 ms.
      command: ['node', '--initial-heap-size=400', 'src/main.ts', 'serve'],
      processes: 'one per vCPU',
      needs: ['database'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      settings: ({ database, port }) => ({ DATABASE_URL: database.url, PORT: String(port) }),
    }),
  },
  prepare: [
    command('node src/main.ts migrate'),
    command(`node src/main.ts generate --products ${products} --seed 1 --load`),
  ],
  invariants,
})
