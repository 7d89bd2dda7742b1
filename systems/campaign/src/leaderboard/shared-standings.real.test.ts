// The leaderboard with its order in a real Redis: the same pages as without, whatever becomes of Redis.

import { Cache } from '@plimsoll/service/cache'
import { openCache, startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { needs } from '../../../../test/optional-part.ts'
import { call, runCampaign, type Caller } from '../../test/running-campaign.ts'

let host: PostgresHost
beforeAll(async () => {
  host = await startTestPostgres()
})
afterAll(() => host[Symbol.asyncDispose]())

/** Two instances with one Redis, and one instance without, on one database with teams and members. */
async function start(redis: string, teams = 60) {
  const environment = { REDIS_URL: redis, CACHE_TIMEOUT_MS: '500' }
  const campaign = await runCampaign(host, { instances: 2, environment })
  const people = await campaign.crowd(teams)
  for (const [n, one] of people.entries()) {
    await one.post('/api/team/create-team/', { team_name: `Team ${n}` })
    for (let k = Math.max(0, n - 2); k <= n; k++) {
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
      expect(
        await until(async () => JSON.stringify(await shown(url)) === wanted, {
          deadline_ms: 8_000,
        }),
      ).toBe(true)
      expect(await shown(url)).toEqual(JSON.parse(wanted))
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
    const own = (await (one as Caller).get('/api/team/my-teams/')).body
    expect(own).toHaveLength(one === people[0] ? 1 : 3)
    for (const { id, rank } of own) expect(rank).toBe(rankOf.get(id))
  }
  // A database that is made anew has none of the teams that Redis knows of the old one.
  await using anew = (await start(redis.url, 3)).campaign
  expect(
    await until(
      async () => (await call(`${anew.url}/api/team/leaderboard/`, {})).body.length === 3,
      {
        deadline_ms: 8_000,
      },
    ),
  ).toBe(true)
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
  const { campaign, people, page, agrees } = await start(redis.url)
  await using _campaign = campaign
  expect(await agrees()).toBe(true)
  await using cache = new Cache({
    url: redis.url,
    timeout: 2_000,
    queueLimit: 100,
    onError: () => undefined,
  })
  expect(
    await until(async () => (await cache.ask(['PING'])) === 'PONG', { deadline_ms: 5_000 }),
  ).toBe(true)
  const [order = ''] = (await cache.ask(['KEYS', '*:order'])) as string[]
  // Whoever reads what is not kept notices.
  const isFilled = async () => {
    await page(people[0] as Caller, '?around=me')
    return (await cache.ask(['ZCARD', order])) === 60
  }
  expect(await until(isFilled, { deadline_ms: 8_000 })).toBe(true)
  await cache.ask(['FLUSHALL'])
  expect(await agrees()).toBe(true)
  expect(await until(isFilled, { deadline_ms: 8_000 })).toBe(true)
  // Some of it is evicted.
  await cache.ask(['ZPOPMIN', order, '5'])
  expect(await agrees()).toBe(true)
  expect(await until(isFilled, { deadline_ms: 8_000 })).toBe(true)
  await redis[Symbol.asyncDispose]()
  await people[0]?.post('/api/user/upload-post', { content: 'without Redis' })
  await people[7]?.post('/api/team/leave-team/', { team_name: 'Team 7' })
  expect(await agrees()).toBe(true)
})

test('while Redis is away, more than the database can answer are refused at once and the others answered', async () => {
  const environment = {
    REDIS_URL: 'redis://127.0.0.1:1',
    POOL_SIZE: '1',
    QUEUE_LIMIT: '10',
    QUEUE_TIMEOUT_MS: '30000',
    CONNECT_TIMEOUT_MS: '30000',
    STATEMENT_TIMEOUT_MS: '30000',
  }
  await using campaign = await runCampaign(host, { environment })
  const [one] = (await campaign.crowd(1)) as [Caller]
  await one.post('/api/team/create-team/', { team_name: 'Alone' })
  await one.post('/api/team/join-team/', { team_name: 'Alone' })
  const around = async () => (await one.get('/api/team/leaderboard/?around=me')).status
  expect(await until(async () => (await around()) === 200, { deadline_ms: 8_000 })).toBe(true)
  const client = new Client({ connectionString: campaign.database.url })
  await client.connect()
  const statuses: number[] = []
  try {
    await client.query('begin; lock table scores in access exclusive mode')
    const asking = Array.from({ length: 40 }, async () => statuses.push(await around()))
    expect(await until(() => statuses.length >= 29, { deadline_ms: 8_000 })).toBe(true)
    expect(new Set(statuses)).toEqual(new Set([503]))
    await client.query('rollback')
    await Promise.all(asking)
  } finally {
    await client.end()
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(11)
})
