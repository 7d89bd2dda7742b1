import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command, node, postgres, replica, seconds, service, system } from 'plimsoll'
import { invariants } from './invariants.ts'

/** How many users `campaign seed` adds: `user_1`, `user_2`, … with the ids 1, 2, … */
export const seededUsers = 1_200
/** How many teams it adds, which nobody is in. */
export const seededTeams = 20

/** Signs the tokens of deployments that are measured; a workload mints its own with it. */
export const tokenSecret = 'only for measuring: this secret is no secret'

/** When the campaign of deployments that are measured began. */
export const campaignStart = '2026-01-01T00:00:00Z'

const migrated = [
  command('node src/main.ts migrate'),
  command(`node src/main.ts seed --users ${seededUsers} --teams ${seededTeams}`),
]
const checked = invariants({ secret: tokenSecret, starts: campaignStart })
const program = {
  command: node('src/main.ts', 'serve'),
  processes: 'one per vCPU',
  ready: '/readyz',
  metrics: '/metrics',
  drain: seconds(10),
} as const
const own = {
  TOKEN_SECRET: tokenSecret,
  CAMPAIGN_START: campaignStart,
  IMAGES_FOLDER: join(tmpdir(), 'plimsoll-campaign-images'),
}

/** The campaign: one service on a PostgreSQL and a replica of it. */
export default system({
  name: 'campaign',
  folder: import.meta.dirname,
  entry: 'api',
  parts: {
    database: postgres(),
    replica: replica({ of: 'database' }),
    api: service({
      ...program,
      needs: ['database', 'replica'],
      settings: ({ database, replica, port }) => ({
        DATABASE_URL: database.url,
        DATABASE_URL_READER: replica.url,
        PORT: String(port),
        ...own,
      }),
    }),
  },
  prepare: migrated,
  invariants: checked,
})

/** The same on one PostgreSQL that answers everything. */
export const withoutReplica = system({
  name: 'campaign',
  folder: import.meta.dirname,
  entry: 'api',
  parts: {
    database: postgres(),
    api: service({
      ...program,
      needs: ['database'],
      settings: ({ database, port }) => ({
        DATABASE_URL: database.url,
        PORT: String(port),
        ...own,
      }),
    }),
  },
  prepare: migrated,
  invariants: checked,
})
