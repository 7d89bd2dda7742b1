// The leaderboard with its order in a real Redis: the same pages as without, whatever becomes of Redis.

import { Cache } from '@plimsoll/service/cache'
import { openCache, startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { needs } from '../../../../test/optional-part.ts'
import { call, runCampaign, type Caller } from '../../test/running-campaign.ts'

let host: PostgresHost
beforeAll(async () => {
  host = await startTestPostgres()
})
afterAll(() => host[Symbol.asyncDispose]())

const teams = 60

/** Two instances with one Redis, and one instance without, on one database with teams and members. */
async function start(redis: string) {
  const environment = { REDIS_URL: redis, CACHE_TIMEOUT_MS: '500' }
  const campaign = await runCampaign(host, { instances: 2, environment })
  const people = await campaign.crowd(teams)
  for (const [n, one] of people.entries()) {
    await one.post('/api/team/create-team/', { team_name: `Team ${n}` })
    for (let k = n; k < Math.min(teams, n + 3); k++) {
      await one
        .at(campaign.urls[n % 2] ?? '')
        .post('/api/team/join-team/', { team_name: `Team ${k}` })
    }
  }
  const kept = () =>
    campaign.sql(
      'select team_id::int, team_name, score from scores order by score desc, team_id limit 20',
    )
  const page = async (who: Caller | string, path = '') => {
    const url = typeof who === 'string' ? who : campaign.url
    const answer =
      typeof who === 'string'
        ? await call(`${url}/api/team/leaderboard/${path}`, {})
        : await who.get(`/api/team/leaderboard/${path}`)
    return answer.body as { team_id: number; team_name: string; score: number; rank: number }[]
  }
  const shown = async (url: string) =>
    (await page(url)).map(({ team_id, team_name, score }) => ({ team_id, team_name, score }))
  /** Both instances show what is kept, soon. */
  const agrees = async () => {
    const wanted = JSON.stringify(await kept())
    for (const url of campaign.urls) {
      await until(async () => JSON.stringify(await shown(url)) === wanted, { deadline_ms: 8_000 })
    }
    return true
  }
  return { campaign, people, page, agrees }
}

test('pages are those of the database, on each instance, also around one’s own team', async (context) => {
  needs('redis-server', context)
  await using redis = await openCache()
  const { campaign, people, page, agrees } = await start(redis.url)
  await using _campaign = campaign
  expect(await agrees()).toBe(true)
  const ranks = await campaign.sql(
    `select team_id::int, row_number() over (order by score desc, team_id)::int as rank from scores`,
  )
  const rankOf = new Map(ranks.map((row) => [row['team_id'], row['rank']]))
  for (const one of [people[0], people[30], people.at(-1)]) {
    const around = await page(one as Caller, '?around=me')
    expect(around).toHaveLength(20)
    for (const { team_id, rank } of around) expect(rank).toBe(rankOf.get(team_id))
  }
})

test('what one did is in one’s next page', async (context) => {
  needs('redis-server', context)
  await using redis = await openCache()
  const { campaign, people, page } = await start(redis.url)
  await using _campaign = campaign
  const [one] = people as [Caller]
  for (let n = 0; n < 10; n++) {
    await one.post('/api/team/create-team/', { team_name: `Own ${n}` })
    await one.post('/api/team/join-team/', { team_name: `Own ${n}` })
    const around = await page(one, '?around=me')
    const [{ score } = {}] = await campaign.sql('select score from scores where team_id = $1', [
      around[0]?.team_id,
    ])
    expect(around[0]?.score).toBe(score)
  }
})

test('when Redis is emptied, away or back, pages stay those of the database', async (context) => {
  needs('redis-server', context)
  await using redis = await openCache()
  const { campaign, people, agrees } = await start(redis.url)
  await using _campaign = campaign
  expect(await agrees()).toBe(true)
  const order = 'campaign:{standings}:order'
  await using cache = new Cache({
    url: redis.url,
    timeout: 2_000,
    queueLimit: 100,
    onError: () => undefined,
  })
  await until(async () => (await cache.ask(['PING'])) === 'PONG', { deadline_ms: 5_000 })
  const isFilled = async () => (await cache.ask(['ZCARD', order])) === teams
  expect(await isFilled()).toBe(true)
  await cache.ask(['FLUSHALL'])
  expect(await agrees()).toBe(true)
  await until(isFilled, { deadline_ms: 8_000 })
  // Some of it is evicted.
  await cache.ask(['ZPOPMIN', order, '5'])
  expect(await agrees()).toBe(true)
  await until(isFilled, { deadline_ms: 8_000 })
  await redis[Symbol.asyncDispose]()
  await people[0]?.post('/api/user/upload-post', { content: 'without Redis' })
  await people[7]?.post('/api/team/leave-team/', { team_name: 'Team 7' })
  expect(await agrees()).toBe(true)
})
