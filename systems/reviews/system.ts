import { command, node, postgres, seconds, service, system } from 'plimsoll'
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
      command: node('src/main.ts', 'serve'),
      processes: 'one per vCPU',
      needs: ['database'],
      ready: '/readyz',
      metrics: '/metrics',
      drain: seconds(10),
      // Four instances with eight connections: two vCPU answer no faster with more, which only split the batches.
      settings: ({ database, port }) => ({
        DATABASE_URL: database.url,
        PORT: String(port),
        POOL_SIZE: '2',
      }),
    }),
  },
  prepare: [
    command('node src/main.ts migrate'),
    command(`node src/main.ts generate --products ${products} --seed 1 --load`),
  ],
  invariants,
})
