// The public contract: every call of its table, with and without the slash at the end, never by a redirect.

import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  call,
  registered,
  runCampaign,
  type Caller,
  type RunningCampaign,
} from '../test/running-campaign.ts'

let host: PostgresHost
let campaign: RunningCampaign
let url: string

beforeAll(async () => {
  host = await startTestPostgres()
  campaign = await runCampaign(host)
  url = campaign.url
  await until(async () => (await call(`${url}/api/team/leaderboard`, {})).status === 200, {
    deadline_ms: 10_000,
  })
})
afterAll(async () => {
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

const post = (path: string, json: unknown) => call(url + path, { method: 'POST', json })
const get = (path: string) => call(url + path, {})

test('it is healthy', async () => {
  expect((await get('/health')).body).toEqual({ status: 'healthy' })
})

test('somebody registers once, logs in again and again, and is told who they are', async () => {
  const ann = { user_name: 'Ann', password: 'secret' }
  const first = await post('/api/auth/register', ann)
  expect([first.status, first.body]).toEqual([200, { message: expect.any(String) }])
  const again = await post('/api/auth/register', { ...ann, is_old_customer: true })
  expect([again.status, again.body.detail]).toEqual([400, 'This user name is taken.'])
  const entered = await post('/api/auth/login', ann)
  expect(entered.body).toEqual({ access_token: expect.any(String), token_type: 'bearer' })
  const headers = { authorization: `Bearer ${entered.body.access_token}` }
  expect((await call(`${url}/api/user/me`, { headers })).body).toEqual({ user_name: 'Ann' })
  const oldToken = { authorization: 'Bearer of.an.older.day' }
  const later = await call(`${url}/api/auth/login`, {
    method: 'POST',
    json: ann,
    headers: oldToken,
  })
  expect(later.status).toBe(200)
  const wrong = await post('/api/auth/login', { ...ann, password: 'guess!' })
  expect([wrong.status, wrong.body.detail]).toEqual([401, 'Wrong user name or password.'])
  expect((await post('/api/auth/login', { user_name: 'nobody', password: 'x' })).status).toBe(401)
  expect((await get('/api/user/me')).status).toBe(401)
})

test('a password has six characters', async () => {
  const short = await post('/api/auth/register', { user_name: 'short', password: '12345' })
  expect([short.status, short.body.detail]).toEqual([
    400,
    'password must have at least 6 characters.',
  ])
})

test('teams are created, joined, left and listed', async () => {
  const [bob, cid] = (await campaign.crowd(2)) as [Caller, Caller]
  const made = await bob.post('/api/team/create-team/', { team_name: 'The Bobs' })
  expect([made.status, made.body]).toEqual([
    200,
    { message: expect.any(String), team_id: expect.any(Number), team_name: 'The Bobs' },
  ])
  const id = made.body.team_id
  const taken = await cid.post('/api/team/create-team', { team_name: 'the bobs' })
  expect([taken.status, taken.body.detail]).toEqual([400, 'This team name is taken.'])
  expect((await post('/api/team/create-team/', { team_name: 'Nobody' })).status).toBe(401)

  expect((await get(`/api/team/team-members/${id}`)).body).toEqual([])
  expect((await bob.post('/api/team/join-team/', { team_name: 'The Bobs' })).status).toBe(200)
  const again = await bob.post('/api/team/join-team/', { team_name: 'The Bobs' })
  expect([again.status, again.body.detail]).toEqual([400, 'You are a member of this team already.'])
  expect((await bob.post('/api/team/join-team/', { team_name: 'Unheard of' })).status).toBe(404)
  expect((await get(`/api/team/team-members/${id}/`)).body).toEqual([
    { user_id: Number(bob.id), user_name: bob.user_name },
  ])
  expect((await get('/api/team/all-teams/')).body).toContainEqual({ id, name: 'The Bobs' })

  expect((await cid.post('/api/team/leave-team/', { team_name: 'The Bobs' })).status).toBe(400)
  expect((await bob.post('/api/team/leave-team/', { team_name: 'The Bobs' })).status).toBe(200)
  expect((await get(`/api/team/team-members/${id}`)).body).toEqual([])
})

test('a check-in is taken as JSON, as a form and as a multipart form, and is the newest post', async () => {
  const [dan] = (await campaign.crowd(1)) as [Caller]
  const authorization = `Bearer ${dan.token}`
  const path = `${url}/api/user/upload-post`
  const first = await dan.post('/api/user/upload-post', { content: 'as JSON' })
  expect([first.status, first.body]).toEqual([
    200,
    { message: expect.any(String), checkin_id: expect.any(Number) },
  ])
  const body = new URLSearchParams({ content: 'as a form' })
  expect((await call(path, { method: 'POST', body, headers: { authorization } })).status).toBe(200)
  expect((await dan.upload({ content: 'as a multipart form' })).status).toBe(200)
  const { body: posts } = await get('/api/post/posts/?skip=0&limit=3')
  expect(posts.map(({ content }: { content: string }) => content)).toEqual([
    'as a multipart form',
    'as a form',
    'as JSON',
  ])
  expect(posts[2]).toEqual({
    id: first.body.checkin_id,
    user_id: Number(dan.id),
    user_name: dan.user_name,
    content: 'as JSON',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    image: null,
  })
})

test('a check-in with a nonce is stored once', async () => {
  const [eve] = (await campaign.crowd(1)) as [Caller]
  const given = { content: 'once', nonce: 'n-1' }
  const first = await eve.post('/api/user/upload-post', given)
  const others = await Promise.all(
    Array.from({ length: 10 }, () => eve.post('/api/user/upload-post', given)),
  )
  for (const { status, body } of others) {
    expect([status, body.checkin_id]).toEqual([200, first.body.checkin_id])
  }
  const other = await eve.post('/api/user/upload-post', { ...given, content: 'twice' })
  expect([other.status, other.body.detail]).toEqual([
    409,
    'This nonce was used with another content.',
  ])
  const [stored] = await campaign.sql('select count(*)::int from checkins where user_id = $1', [
    eve.id,
  ])
  expect(stored).toEqual({ count: 1 })
})

test('the feed is read page by page, and a page says where the next one is', async () => {
  const [fay] = (await campaign.crowd(1)) as [Caller]
  for (let n = 1; n <= 5; n++) await fay.post('/api/user/upload-post', { content: `post ${n}` })
  const contents = (posts: { content: string }[]) => posts.map(({ content }) => content)
  const first = await get('/api/post/posts?limit=2')
  expect(contents(first.body)).toEqual(['post 5', 'post 4'])
  const next = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  expect(contents((await get(next)).body)).toEqual(['post 3', 'post 2'])
  expect(contents((await get('/api/post/posts?skip=1&limit=2')).body)).toEqual(['post 4', 'post 3'])
  for (const query of ['limit=0', 'limit=101', 'skip=-1', 'cursor=x', 'skip=x']) {
    expect([query, (await get(`/api/post/posts/?${query}`)).status]).toEqual([query, 400])
  }
})

test('the leaderboard marks the teams of whoever asks, and a bad token is nobody', async () => {
  const [gus, hal] = (await campaign.crowd(2)) as [Caller, Caller]
  const made = await gus.post('/api/team/create-team/', { team_name: 'Climbers' })
  for (const who of [gus, hal]) await who.post('/api/team/join-team/', { team_name: 'Climbers' })
  for (const who of [gus, hal]) await who.post('/api/user/upload-post', { content: 'here' })
  const own = await gus.get('/api/team/leaderboard/')
  const row = own.body.find(({ team_id }: { team_id: number }) => team_id === made.body.team_id)
  // Two new members who checked in a moment apart: 2 ÷ 0.05 + 3 · 2.
  expect(row).toEqual({
    team_id: made.body.team_id,
    team_name: 'Climbers',
    score: expect.closeTo(46, 1),
    rank: 1,
    is_user_team: true,
  })
  for (const headers of [{}, { authorization: 'Bearer old' }]) {
    const { status, body } = await call(`${url}/api/team/leaderboard`, { headers })
    expect(status).toBe(200)
    expect(body[0]).toEqual({ ...row, is_user_team: false })
  }
  expect((await gus.get('/api/team/leaderboard?around=me')).body[0]).toEqual(row)
  expect((await get('/api/team/leaderboard?around=me')).status).toBe(401)
  await hal.post('/api/team/create-team/', { team_name: 'Last of all' })
  await hal.post('/api/team/join-team/', { team_name: 'Last of all' })
  const { body: mine } = await hal.get('/api/team/my-teams/')
  expect(mine.map(({ name }: { name: string }) => name)).toEqual(['Climbers', 'Last of all'])
  expect(mine[0]).toEqual({ id: row.team_id, name: 'Climbers', score: expect.any(Number), rank: 1 })
  expect((await get('/api/team/my-teams/')).status).toBe(401)
})

test('the parts of a score are told, with who checked in first and last', async () => {
  const [ida, jon] = (await campaign.crowd(2)) as [Caller, Caller]
  const { body } = await ida.post('/api/team/create-team/', { team_name: 'Parts' })
  const info = async () => (await get(`/api/team/score-info/${body.team_id}`)).body
  expect(await info()).toEqual({
    team_name: 'Parts',
    total_members: 0,
    new_members: 0,
    earliest_checkin: null,
    latest_checkin: null,
  })
  for (const who of [ida, jon]) await who.post('/api/team/join-team/', { team_name: 'Parts' })
  await jon.post('/api/user/upload-post', { content: 'here' })
  expect(await info()).toEqual({
    team_name: 'Parts',
    total_members: 2,
    new_members: 2,
    earliest_checkin: { name: ida.user_name, time: '2024-12-02T00:00:00.000000Z' },
    latest_checkin: { name: jon.user_name, time: expect.any(String) },
  })
  for (const id of ['999999', 'x', '1e3', '-1']) {
    expect([id, (await get(`/api/team/score-info/${id}`)).status]).toEqual([id, 404])
  }
})

test('paths answer with and without the slash at their end', async () => {
  const somebody = await registered(url, 'somebody')
  for (const path of [
    '/health',
    '/api/user/me',
    '/api/post/posts',
    '/api/team/all-teams',
    '/api/team/leaderboard',
    '/api/team/my-teams',
    '/api/team/team-members/1',
    '/api/team/score-info/1',
  ]) {
    const [bare, slashed] = [await somebody.get(path), await somebody.get(`${path}/`)]
    expect([path, bare.status, bare.body]).toEqual([path, slashed.status, slashed.body])
    expect([path, bare.status]).toEqual([path, 200])
  }
  for (const slash of ['', '/']) {
    const refused = await call(`${url}/api/team/leaderboard${slash}`, { method: 'DELETE' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await post(`/api/auth/register${slash}`, {})).status).toBe(400)
  }
})
