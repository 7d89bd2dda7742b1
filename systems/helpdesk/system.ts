import { command, node, postgres, seconds, service, system } from 'plimsoll'
import { invariants } from './invariants.ts'

/** How many users `helpdesk seed` adds: `user_1`, `user_2`, …, each with its name as its password. */
export const seededUsers = 600

/** Signs the tokens of deployments that are measured; a workload mints its own with it. */
export const tokenSecret = 'only for measuring: this secret is no secret'

/** The help desk: one service on one PostgreSQL. */
export default system({
  name: 'helpdesk',
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
      settings: ({ database, port }) => ({
        DATABASE_URL: database.url,
        PORT: String(port),
        TOKEN_SECRET: tokenSecret,
      }),
    }),
  },
  prepare: [
    command('node src/main.ts migrate'),
    command(`node src/main.ts seed --users ${seededUsers} --conversations 1000`),
  ],
  invariants: invariants(tokenSecret),
})
