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
      command: ['node', 'src/main.ts', 'serve'],
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
