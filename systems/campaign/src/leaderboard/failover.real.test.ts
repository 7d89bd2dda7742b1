// A database that has less than was seen of it: one restored to an earlier point, or a replica that took its place before
// everything had come to it. The leaderboard shows what the database has, and not for ever what it had.

import { Cache } from '@plimsoll/service/cache'
import { migrateDatabase } from '@plimsoll/service/migrate'
import {
  killablePool,
  openCache,
  openPostgres,
  openReplica,
  startTestPostgres,
  until,
} from '@plimsoll/stores'
import { expect, test } from 'vitest'

import { needs } from '../../../../test/optional-part.ts'
import { call, crowdOf, runCampaign, serviceOn, type Caller } from '../../test/running-campaign.ts'
import { migrationsFolder } from '../migrate.ts'

const soon = { deadline_ms: 10_000 }
const found = async (team_name: string, { at }: { at: Caller }) => {
  await at.post('/api/team/create-team/', { team_name })
  await at.post('/api/team/join-team/', { team_name })
}
const shown = async (url: string) => {
  const { body } = await call(`${url}/api/team/leaderboard/`, {})
  return Array.isArray(body) ? body.map(({ team_name, score }) => `${team_name} ${score}`) : body
}
/** Whether Redis says that it has every team; somebody who reads has it filled. */
const isFilled = async (url: string) => {
  await using cache = new Cache({
    url,
    timeout: 2_000,
    queueLimit: 10,
    onError: () => undefined,
  })
  await until(async () => (await cache.ask(['PING'])) === 'PONG', soon)
  const [teams = ''] = ((await cache.ask(['KEYS', '*:teams'])) ?? []) as string[]
  return (await cache.ask(['HGET', teams, ''])) === '1'
}

test('after a database was restored to an earlier point, what it has no more is shown no more', async () => {
  await using host = await startTestPostgres()
  await using campaign = await runCampaign(host)
  const [ann, bob] = (await campaign.crowd(2)) as [Caller, Caller]
  await found('First', { at: ann })
  await campaign.sql('create table earlier as select version from scores')
  await found('Second', { at: bob })
  await bob.post('/api/team/join-team/', { team_name: 'First' })
  const isSeen = async () => (await shown(campaign.url)).length === 2
  expect(await until(isSeen, soon)).toBe(true)
  await campaign.sql(`delete from scores where team_name = 'Second'`)
  await campaign.sql(
    `update scores set members = 1, total_units = 232792560, new_units = 232792560,
       version = (select version from earlier)`,
  )
  // As when it is restored, nobody is connected any more.
  await campaign.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  )
  expect(
    await until(async () => JSON.stringify(await shown(campaign.url)) === '["First 23"]', soon),
  ).toBe(true)
  await found('Third', { at: bob })
  expect((await bob.get('/api/team/leaderboard/')).body).toHaveLength(2)
})

test('after a replica was promoted, what never came to it is not shown from Redis', async (context) => {
  needs('redis-server', context)
  await using redis = await openCache()
  const environment = { REDIS_URL: redis.url, CACHE_TIMEOUT_MS: '500' }
  await using primary = await openPostgres()
  await migrateDatabase({ url: primary.url, folder: migrationsFolder })
  await using replica = await openReplica({ of: primary })
  const pool = killablePool(primary.url)
  const sql = async (text: string, values: readonly unknown[] = []) =>
    (await pool.query(text, [...values])).rows as Record<string, unknown>[]
  {
    await using before = await serviceOn(primary.url, environment)
    const [ann, bob] = (await crowdOf({ sql, url: before.url }, 2, {})) as [Caller, Caller]
    await found('First', { at: ann })
    const follower = killablePool(replica.url)
    const hasFirst = async () =>
      (await follower.query('select from scores where members = 1')).rowCount === 1
    expect(await until(hasFirst, soon)).toBe(true)
    await follower.end()
    await replica.kill()
    await found('Second', { at: bob })
    await bob.post('/api/team/join-team/', { team_name: 'First' })
    const isSeen = async () => (await shown(before.url)).length === 2
    expect(await until(isSeen, soon)).toBe(true)
    expect(await until(() => isFilled(redis.url), soon)).toBe(true)
    await pool.end()
  }
  await primary.kill()
  await replica.restart()
  const promoted = killablePool(replica.url)
  await promoted.query('select pg_promote()')
  await promoted.end()
  await using after = await serviceOn(replica.url, environment)
  expect(
    await until(async () => JSON.stringify(await shown(after.url)) === '["First 23"]', soon),
  ).toBe(true)
})
