// The rows of the security list that touch this service: never a failure of ours, never a hang, and nothing changed by
// what was refused.

import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  jsonValue,
  oneof,
  record,
  string,
} from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  call,
  registered,
  runCampaign,
  tokenSecret,
  type Caller,
  type RunningCampaign,
} from '../test/running-campaign.ts'

let host: PostgresHost
let campaign: RunningCampaign
let caller: Caller
let victim: Caller

beforeAll(async () => {
  host = await startTestPostgres()
  // However long twenty passwords take here.
  campaign = await runCampaign(host, { environment: { HASH_QUEUE_TIMEOUT_MS: '60000' } })
  ;[caller, victim] = (await campaign.crowd(2)) as [Caller, Caller]
  await victim.post('/api/team/create-team/', { team_name: 'Victims' })
  await victim.post('/api/team/join-team/', { team_name: 'Victims' })
  await victim.post('/api/user/upload-post', { content: 'mine' })
})
afterAll(async () => {
  await campaign[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

/** All that could have changed, as one value. */
async function state(): Promise<unknown> {
  return await campaign.sql(
    `select (select count(*) from users) as users, (select count(*) from teams) as teams,
       (select count(*) from members) as members, (select count(*) from checkins) as checkins,
       (select count(*) from ledger) as entries, (select count(*) from events) as events,
       (select count(*) from registrations) as registrations,
       (select json_agg(s order by team_id) from scores s)::text as scores`,
  )
}

const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600
const claims = () => ({ sub: victim.user_name, user_id: Number(victim.id), exp: inAnHour() })

function hmac(header: object, payload: object, { key = tokenSecret, hash = 'sha256' } = {}) {
  const head = `${text(header)}.${text(payload)}`
  return `${head}.${createHmac(hash, key).update(head).digest('base64url')}`
}

const good = { alg: 'HS256', typ: 'JWT' }
test.each([
  ['no algorithm', () => `${text({ alg: 'none' })}.${text(claims())}.`],
  ['another key', () => hmac(good, claims(), { key: 'another key, as long as the right one is' })],
  ['another hash', () => hmac({ alg: 'HS512' }, claims(), { hash: 'sha512' })],
  ['an expiry that has passed', () => hmac(good, { ...claims(), exp: inAnHour() - 7_200 })],
  ['no expiry', () => hmac(good, { ...claims(), exp: undefined })],
  ['nobody in it', () => hmac(good, { exp: inAnHour() })],
  ['a text for an id', () => hmac(good, { ...claims(), user_id: `${victim.id} or 1=1` })],
  ['another name in it', () => altered({ sub: 'admin' })],
  ['another id in it', () => altered({ user_id: 1 })],
  ['a longer life in it', () => altered({ exp: inAnHour() + 9_000_000 })],
  [
    'the signature of another',
    () => `${text(good)}.${text(claims())}.${caller.token.split('.')[2]}`,
  ],
  ['something after it', () => `${victim.token}x`],
  ['8 KB of it', () => 'a'.repeat(8_000)],
  ['nothing', () => ''],
])('a token with %s is 401 wherever one is needed', async (_, token) => {
  const before = await state()
  const headers = { authorization: `Bearer ${token()}` }
  const json = { team_name: 'Victims', content: 'forged', title: 'x', capacity: 1, closes_at: 'x' }
  for (const [method, path] of [
    ['GET', '/api/user/me'],
    ['POST', '/api/user/upload-post'],
    ['POST', '/api/team/create-team/'],
    ['POST', '/api/team/join-team/'],
    ['POST', '/api/team/leave-team/'],
    ['GET', '/api/events'],
    ['POST', '/api/events'],
    ['POST', '/api/events/1/register'],
    ['POST', '/api/admin/checkins/1/invalidate'],
  ] as const) {
    const answer = await call(campaign.url + path, {
      method,
      headers,
      ...(method === 'POST' ? { json } : {}),
    })
    expect([path, answer.status]).toEqual([path, 401])
  }
  expect(await state()).toEqual(before)
})

/** The victim's own token with another claim in it, and its old signature. */
function altered(claim: object): string {
  const [head, payload = '', signature] = victim.token.split('.')
  const own = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  return `${head}.${text({ ...own, ...claim })}.${signature}`
}

test('a good token of somebody who is not in this database is 401 where it writes', async () => {
  const stranger = hmac(good, { ...claims(), user_id: 999_999_999 })
  const headers = { authorization: `Bearer ${stranger}` }
  const before = await state()
  for (const [path, json] of [
    ['/api/user/upload-post', { content: 'hello' }],
    ['/api/team/join-team/', { team_name: 'Victims' }],
    ['/api/team/create-team/', { team_name: 'Nobody’s' }],
    ['/api/events', { title: 'A walk', capacity: 1, closes_at: '2036-01-01T00:00:00Z' }],
  ] as const) {
    const { status } = await call(campaign.url + path, { method: 'POST', json, headers })
    expect([path, status]).toEqual([path, 401])
  }
  expect(await state()).toEqual(before)
})

test('the token of somebody else’s role is of no use: only admins invalidate', async () => {
  const [post] = (await caller.get('/api/post/posts/?limit=1')).body
  const before = await state()
  const refused = await caller.post(`/api/admin/checkins/${post.id}/invalidate`)
  expect([refused.status, refused.body.detail]).toEqual([403, 'Only admins may do this.'])
  expect(await state()).toEqual(before)
})

test('what the contract does not name is ignored: nobody writes as somebody else', async () => {
  const { body } = await caller.post('/api/user/upload-post', {
    content: 'as myself',
    user_id: Number(victim.id),
    user_name: victim.user_name,
    timestamp: '2000-01-01T00:00:00Z',
    score: 1_000_000,
  })
  const [post] = (await caller.get('/api/post/posts/?limit=1')).body
  expect(post).toMatchObject({ id: body.checkin_id, user_name: caller.user_name })
  expect(post.timestamp > '2026').toBe(true)
})

const twins = [
  ['Ｖictims', 'full-width'],
  ['VICTIMS', 'capitals'],
  ['Vict\u0131ms\u0307'.normalize('NFD'), 'marks'],
]
test('a name that looks like one that is taken is refused', async () => {
  const taken = await caller.post('/api/team/create-team/', { team_name: twins[0]?.[0] })
  expect(taken.status).toBe(400)
  expect((await caller.post('/api/team/create-team/', { team_name: twins[1]?.[0] })).status).toBe(
    400,
  )
  const mixed = await caller.post('/api/team/create-team/', { team_name: 'V\u0456ctims' })
  expect([mixed.status, mixed.body.detail]).toEqual([400, expect.stringContaining('mix alphabets')])
})

const names: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['spaces only', '   '],
  ['a space before it', ' ann'],
  ['a space after it', 'ann '],
  ['a space in it', 'ann and bob'],
  ['10 kB', 'x'.repeat(10_000)],
  ['10 kB of what is written out as more', '\ufdfa'.repeat(3_000)],
  ['a line break', 'an\nn'],
  ['a NUL', 'an\0n'],
  ['half a surrogate pair', 'an\ud800n'],
  ['a letter that nobody sees', 'an\u200bn'],
  ['a turn to the left', 'an\u202en'],
]
test.each(names)(
  'a user name of %s is 400 with a reason, and nobody is registered',
  async (_, name) => {
    const before = await state()
    const json = { user_name: name, password: 'long enough' }
    const { status, body } = await call(`${campaign.url}/api/auth/register`, {
      method: 'POST',
      json,
    })
    expect([status, body.detail.length > 10]).toEqual([400, true])
    expect(await state()).toEqual(before)
  },
)

test('of 20 who register one name at once in different spellings, exactly one has it', async () => {
  const spellings = ['racer', 'Racer', 'RACER', 'ｒacer']
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      call(`${campaign.url}/api/auth/register`, {
        method: 'POST',
        json: { user_name: spellings[i % 4], password: `password ${i}` },
      }),
    ),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect(statuses.filter((status) => status === 400)).toHaveLength(19)
})

const refused: readonly (readonly [string, string, string, number])[] = [
  ['a NUL', 'user/upload-post', '{"content":"a\\u0000b"}', 400],
  ['half a surrogate pair', 'user/upload-post', '{"content":"\\ud800"}', 400],
  ['no JSON', 'user/upload-post', '{"content":', 400],
  ['a list for an object', 'user/upload-post', '["content"]', 400],
  ['a number for a text', 'user/upload-post', '{"content":5}', 400],
  ['null', 'user/upload-post', 'null', 400],
  ['nothing to say', 'user/upload-post', '{"content":" \\n "}', 400],
  ['a prototype', 'user/upload-post', '{"content":"x","__proto__":{"isAdmin":true}}', 400],
  ['an image that is a text', 'user/upload-post', '{"content":"x","image":"data:,x"}', 400],
  ['a text too long', 'user/upload-post', `{"content":"${'x'.repeat(5_001)}"}`, 400],
  ['a nonce too long', 'user/upload-post', `{"content":"x","nonce":"${'x'.repeat(101)}"}`, 400],
  [
    'a depth of 10,000',
    'team/create-team/',
    `{"team_name":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    400,
  ],
  ['a body too large', 'team/create-team/', `{"team_name":"${'x'.repeat(1_100_000)}"}`, 413],
  [
    'places beyond all numbers',
    'events',
    '{"title":"x","capacity":1e400,"closes_at":"2036-01-01T00:00:00Z"}',
    400,
  ],
]
test.each(refused)('%s is refused and changes nothing', async (_, path, json, status) => {
  const before = await state()
  const answer = await caller.post(`/api/${path}`, json)
  expect([answer.status, typeof answer.body.detail]).toEqual([status, 'string'])
  expect(await state()).toEqual(before)
})

test('forms are taken for check-ins and nowhere else, and a form that is none is 400', async () => {
  const authorization = `Bearer ${caller.token}`
  const send = (path: string, type: string, body: string) =>
    call(campaign.url + path, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body,
    })
  const before = await state()
  const form = 'application/x-www-form-urlencoded'
  const multipart = 'multipart/form-data; boundary=xx'
  for (const [path, type, body, status] of [
    ['/api/team/create-team/', form, 'team_name=Form', 415],
    ['/api/auth/login', form, 'user_name=x&password=y', 415],
    ['/api/user/upload-post', 'text/plain', 'content=x', 415],
    ['/api/user/upload-post', form, 'nothing=x', 400],
    ['/api/user/upload-post', form, 'content=x&content=y', 400],
    ['/api/user/upload-post', form, 'content=%00', 400],
    ['/api/user/upload-post', 'multipart/form-data', 'x', 400],
    ['/api/user/upload-post', multipart, 'x', 400],
    [
      '/api/user/upload-post',
      multipart,
      '--xx\r\nContent-Disposition: form-data; name="content"',
      400,
    ],
    [
      '/api/user/upload-post',
      multipart,
      '--xx\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--xx--\r\n',
      400,
    ],
  ] as const) {
    const answer = await send(path, type, body)
    expect([path, body.slice(0, 60), answer.status]).toEqual([path, body.slice(0, 60), status])
  }
  expect(await state()).toEqual(before)
})

test('unusual text comes back as it was sent', async () => {
  for (const content of [
    "'; drop table users; --",
    '<script>alert(1)</script>',
    'quotes " \' \\ and {"json": true}',
    '👩‍👩‍👧‍👦 \u202e right to left',
    '{1,2,null}',
    'null',
  ]) {
    expect((await caller.post('/api/user/upload-post', { content })).status).toBe(200)
    expect((await caller.get('/api/post/posts/?limit=1')).body[0].content).toBe(content)
  }
})

test('a client that stops in the middle of its image keeps nothing, and others go on', async () => {
  const before = await state()
  const { port } = new URL(campaign.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(
    `POST /api/user/upload-post HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${caller.token}\r\n` +
      'content-type: multipart/form-data; boundary=xx\r\ncontent-length: 1000000\r\n\r\n--xx\r\n',
  )
  expect((await caller.get('/api/user/me')).status).toBe(200)
  socket.destroy()
  expect((await caller.get('/api/user/me')).status).toBe(200)
  expect(await state()).toEqual(before)
})

test('failed logins of one name are limited, and those of others are not', async () => {
  await using narrow = await runCampaign(host, { environment: { LOGIN_FAILURES_PER_MINUTE: '2' } })
  await registered(narrow.url, 'target')
  const login = (user_name: string, password: string) =>
    call(`${narrow.url}/api/auth/login`, { method: 'POST', json: { user_name, password } })
  const statuses: number[] = []
  for (let n = 0; n < 4; n++) statuses.push((await login('TARGET', 'guess')).status)
  expect(statuses).toEqual([401, 401, 429, 429])
  expect((await login('target', 'correct horse')).headers.get('retry-after')).not.toBeNull()
  expect((await login('other', 'guess')).status).toBe(401)
})

test('whatever JSON is sent to whichever route, the answer is never a failure of ours', async () => {
  const path = constantFrom(
    '/api/auth/register',
    '/api/auth/login',
    '/api/user/upload-post',
    '/api/team/create-team/',
    '/api/team/join-team',
    '/api/team/leave-team/',
    '/api/events',
    '/api/events/1/register',
    '/api/admin/checkins/1/invalidate',
  )
  const field = oneof(string({ unit: 'binary' }), string(), jsonValue())
  const body = oneof(
    jsonValue(),
    record(
      {
        user_name: field,
        password: field,
        team_name: field,
        content: field,
        nonce: field,
        title: field,
        capacity: jsonValue(),
        opens_at: field,
        closes_at: field,
      },
      { requiredKeys: [] },
    ),
  )
  await assert(
    asyncProperty(array(record({ path, body }), { maxLength: 5 }), async (requests) => {
      for (const { path, body } of requests) {
        const { status } = await caller.post(path, JSON.stringify(body))
        expect([path, status < 500]).toEqual([path, true])
      }
    }),
    { numRuns: 100 },
  )
})
