// A replica ten seconds behind: what one wrote is in one's next read, through whichever instance; others see it later.

import { migrateDatabase } from '@plimsoll/service/migrate'
import { killablePool, openPostgres, openReplica, until } from '@plimsoll/stores'
import { expect, test } from 'vitest'

import { call, callerAt, crowdOf, serviceOn, type Caller } from '../test/running-campaign.ts'
import { migrationsFolder } from './migrate.ts'

test('a replica 10 s behind: one’s own writes are in one’s next reads, always; others see them later', async () => {
  await using primary = await openPostgres()
  await migrateDatabase({ url: primary.url, folder: migrationsFolder })
  await using replica = await openReplica({
    of: primary,
    settings: { recovery_min_apply_delay: '10s' },
  })
  const environment = { DATABASE_URL_READER: replica.url }
  await using here = await serviceOn(primary.url, environment)
  await using there = await serviceOn(primary.url, environment)
  const pool = killablePool(primary.url)
  const sql = async (text: string, values: readonly unknown[] = []) =>
    (await pool.query(text, [...values])).rows as Record<string, unknown>[]
  const [ann, bob] = (await crowdOf({ sql, url: here.url }, 2, {})) as [Caller, Caller]
  await pool.end()
  const elsewhere = callerAt(there.url, ann)
  for (let n = 0; n < 10; n++) {
    const { body: posted } = await ann.post('/api/user/upload-post', { content: `post ${n}` })
    const { body: feed } = await elsewhere.get('/api/post/posts/?limit=1')
    expect(feed[0]?.id).toBe(posted.checkin_id)
    const { body: team } = await ann.post('/api/team/create-team/', { team_name: `Team ${n}` })
    await ann.post('/api/team/join-team/', { team_name: `Team ${n}` })
    const { body: members } = await elsewhere.get(`/api/team/team-members/${team.team_id}`)
    expect(members).toEqual([{ user_id: Number(ann.id), user_name: ann.user_name }])
    const { body: info } = await elsewhere.get(`/api/team/score-info/${team.team_id}`)
    expect(info.total_members).toBeCloseTo(1 / (n + 1), 9)
  }
  // Whoever keeps what they were told is answered as well as whoever does not.
  const said = await ann.post('/api/user/upload-post', { content: 'the last' })
  const position = said.headers.get('write-position') ?? ''
  const feedFor = (headers: Record<string, string>) =>
    call(`${there.url}/api/post/posts/?limit=1`, {
      headers: { authorization: `Bearer ${ann.token}`, ...headers },
    })
  const told = { 'write-position': position }
  expect((await feedFor(told)).body[0]?.id).toBe(said.body.checkin_id)
  const anonymous = async () => (await call(`${there.url}/api/post/posts/?limit=1`, {})).body
  expect(await anonymous()).toEqual([])
  expect(
    await until(async () => (await anonymous())[0]?.content === 'the last', {
      deadline_ms: 20_000,
    }),
  ).toBe(true)
  expect((await anonymous())[0].content).toBe('the last')
  // The replica has come as far as that, and not as far as somebody else's.
  await bob.post('/api/user/upload-post', { content: 'from another' })
  const byReader = async () => {
    const { body } = await call(`${there.url}/metrics`, {})
    return Number(/^reads_total\{by="reader"\} (\d+)/m.exec(body)?.[1])
  }
  const before = await byReader()
  expect((await feedFor(told)).body[0]?.content).toBe('the last')
  expect(await byReader()).toBe(before + 1)
  expect((await feedFor({})).body[0]?.content).toBe('from another')
  expect(await byReader()).toBe(before + 1)
})
