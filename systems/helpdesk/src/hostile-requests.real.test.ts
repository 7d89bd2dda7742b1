// The rows of the security list that touch this service: never a failure of ours, never a hang, and nothing
// changed by what was refused.

import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
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
  ask,
  call,
  runHelpdesk,
  tokenSecret,
  type Caller,
  type RunningHelpdesk,
} from '../test/running-helpdesk.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk
let caller: Caller
let victim: Caller
let conversation: string

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host)
  caller = await helpdesk.register()
  victim = await helpdesk.register('the_victim')
  conversation = await ask(victim, 'Private')
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

/** All that could have changed, as one value. */
async function state(): Promise<unknown> {
  return await helpdesk.sql(
    `select (select count(*) from users) as users, (select count(*) from conversations) as conversations,
       (select count(*) from messages) as messages, (select count(*) from assignments) as assignments,
       (select json_agg(c order by id) from conversations c)::text as all_of_them,
       (select json_agg(u order by id) from users u where username = 'the_victim')::text as victim`,
  )
}

const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600
const claims = () => ({ user_id: Number(victim.id), username: victim.username, exp: inAnHour() })

function hmac(
  header: object,
  payload: object,
  { key = tokenSecret, hash = 'sha256' } = {},
): string {
  const head = `${text(header)}.${text(payload)}`
  return `${head}.${createHmac(hash, key).update(head).digest('base64url')}`
}

function rsa(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const head = `${text({ alg: 'RS256', typ: 'JWT' })}.${text(claims())}`
  return `${head}.${sign('sha256', Buffer.from(head), privateKey).toString('base64url')}`
}

const good = { alg: 'HS256', typ: 'JWT' }
test.each([
  ['no algorithm', () => `${text({ alg: 'none' })}.${text(claims())}.`],
  ['no algorithm, in capitals', () => `${text({ alg: 'NONE' })}.${text(claims())}.`],
  ['another key', () => hmac(good, claims(), { key: 'another key, as long as the right one is' })],
  ['another hash', () => hmac({ alg: 'HS512' }, claims(), { hash: 'sha512' })],
  ['the signature of RSA', rsa],
  ['an expiry that has passed', () => hmac(good, { ...claims(), exp: inAnHour() - 7_200 })],
  ['no expiry', () => hmac(good, { ...claims(), exp: undefined })],
  ['an expiry that is no number', () => hmac(good, { ...claims(), exp: 'tomorrow' })],
  ['a beginning in the future', () => hmac(good, { ...claims(), nbf: inAnHour() })],
  [
    'a key of its own',
    () => hmac({ ...good, jwk: { kty: 'oct', k: 'AAAA' } }, claims(), { key: '\0\0\0' }),
  ],
  ['a key that is a path', () => hmac({ ...good, kid: '../../dev/null' }, claims(), { key: 'x' })],
  ['a critical extension', () => hmac({ ...good, crit: ['exp'], exp: 1 }, claims())],
  ['nobody in it', () => hmac(good, { exp: inAnHour() })],
  ['somebody who is a text', () => hmac(good, { ...claims(), user_id: `${victim.id} or 1=1` })],
  [
    'the signature of another',
    () => `${text(good)}.${text(claims())}.${caller.token.split('.')[2]}`,
  ],
  ['something after it', () => `${victim.token}x`],
  ['no dots', () => 'abc'],
  ['8 KB of it', () => 'a'.repeat(8_000)],
  ['nothing', () => ''],
])('a token with %s is 401 everywhere', async (_, token) => {
  const headers = { authorization: `Bearer ${token()}` }
  for (const path of [
    '/conversations',
    '/api/updates',
    '/auth/me',
    `/conversations/${conversation}`,
  ]) {
    const answer = await call(helpdesk.url + path, { headers })
    expect([path, answer.status]).toEqual([path, 401])
  }
})

test('the same token in another scheme, or as a parameter, is nobody', async () => {
  const attempts: Record<string, string>[] = [
    { authorization: victim.token },
    { authorization: `Basic ${victim.token}` },
    { 'x-user-id': victim.id },
  ]
  for (const headers of attempts) {
    expect((await call(`${helpdesk.url}/conversations`, { headers })).status).toBe(401)
  }
  expect((await call(`${helpdesk.url}/conversations?token=${victim.token}`, {})).status).toBe(401)
})

test('what the contract does not name is ignored: nobody writes as somebody else', async () => {
  const stranger = {
    user_id: victim.id,
    initiator_id: victim.id,
    questionerId: victim.id,
    id: '1',
    status: 'resolved',
  }
  const made = await caller.post('/conversations', { title: 'Mine', ...stranger, unreadCount: 9 })
  expect(made.body).toMatchObject({ questionerId: caller.id, status: 'waiting', unreadCount: 0 })
  const sent = await caller.post('/messages', {
    conversationId: made.body.id,
    content: 'x',
    senderId: victim.id,
    senderRole: 'expert',
    isRead: true,
    timestamp: '2000-01-01T00:00:00Z',
  })
  expect(sent.body).toMatchObject({ senderId: caller.id, senderRole: 'initiator', isRead: false })
  const before = await state()
  const polluted = await caller.post('/conversations', '{"title":"x","__proto__":{"isAdmin":true}}')
  expect(polluted.status).toBe(400)
  expect(await state()).toEqual(before)
})

const refused: readonly (readonly [string, string, string, number])[] = [
  ['a NUL', '/messages', '{"conversationId":"1","content":"a\\u0000b"}', 400],
  ['half a surrogate pair', '/conversations', '{"title":"\\ud800"}', 422],
  ['no JSON', '/conversations', '{"title":', 400],
  ['a list for an object', '/conversations', '["title"]', 422],
  ['a number for a title', '/conversations', '{"title":5}', 422],
  ['null', '/conversations', 'null', 422],
  [
    'a depth of 10,000',
    '/conversations',
    `{"title":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    422,
  ],
  ['a number too large for any', '/messages', '{"conversationId":1e400,"content":"x"}', 422],
  [
    'a message too long',
    '/messages',
    `{"conversationId":"1","content":"${'x'.repeat(10_001)}"}`,
    422,
  ],
  ['a body too large', '/messages', `{"content":"${'x'.repeat(1_100_000)}"}`, 413],
]

test.each(refused)('%s is refused and changes nothing', async (_, path, json, status) => {
  const before = await state()
  const answer = await caller.post(path, json)
  expect(answer.status).toBe(status)
  expect(await state()).toEqual(before)
})

test('what is not JSON by its type is 415', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'text/json',
    'application/json2',
  ]) {
    const headers = { authorization: `Bearer ${caller.token}`, 'content-type': type }
    const answer = await call(`${helpdesk.url}/conversations`, {
      method: 'POST',
      headers,
      body: '{"title":"x"}',
    })
    expect([type, answer.status]).toEqual([type, 415])
  }
})

test('unusual text comes back as it was sent', async () => {
  const id = await ask(caller)
  for (const content of [
    '👩‍👩‍👧‍👦',
    '\u202eabc',
    'e\u0301',
    '\u200b.',
    '"\\{},',
    "'; drop table users; --",
    'a\u0300'.repeat(1_000),
  ]) {
    const sent = await caller.post('/messages', { conversationId: id, content })
    expect([sent.status, sent.body.content]).toEqual([201, content])
  }
  const { body } = await caller.get(`/conversations/${id}/messages`)
  expect(body).toHaveLength(7)
})

test('a parameter given twice, and a NUL in the path, are 400', async () => {
  const path = `/api/messages/updates?userId=${caller.id}&userId=${victim.id}`
  expect((await caller.get(path)).status).toBe(400)
  expect((await caller.get('/conversations/%00')).status).toBe(400)
})

test('nothing that is sent anywhere makes the service fail, or changes what belongs to others', async () => {
  const { body: document } = await call(`${helpdesk.url}/docs/json`, {})
  const routes = Object.entries(document.paths as Record<string, object>)
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
    )
    .filter(
      ({ path }) =>
        !path.endsWith('/stream') && !path.endsWith('/login') && !path.endsWith('/register'),
    )
  const wild = oneof(
    constantFrom(
      "1'; drop table users; --",
      '{1,2}',
      '\\',
      '$1',
      '../../x',
      '__proto__',
      'NaN',
      '-0',
      '1e400',
      '9'.repeat(30),
      '0',
      '-1',
    ),
    string({ unit: 'binary', maxLength: 60 }),
  )
  const members = [
    'title',
    'conversationId',
    'content',
    'clientId',
    'rating',
    'bio',
    'knowledgeBaseLinks',
    'constructor',
  ]
  const before = await helpdesk.sql(
    'select json_agg(c)::text as all from conversations c where id = $1',
    [conversation],
  )
  await assert(
    asyncProperty(
      constantFrom(...routes),
      wild,
      array(
        record({
          name: oneof(
            constantFrom('userId', 'expertId', 'since', 'cursor', 'limit', 'before', 'after'),
            wild,
          ),
          value: wild,
        }),
        { maxLength: 4 },
      ),
      array(record({ name: constantFrom(...members), value: oneof(jsonValue(), wild) }), {
        maxLength: 4,
      }),
      async ({ path, method }, id, query, body) => {
        // A claim of the victim's conversation would be allowed, so its id is not among the wild ones.
        const place = path.replace('{id}', encodeURIComponent(`${id.toWellFormed()}?`))
        const pairs = query.map(({ name, value }) => [name.toWellFormed(), value.toWellFormed()])
        const answer = await call(
          `${helpdesk.url}${place}?${new URLSearchParams(pairs).toString()}`,
          {
            method,
            headers: { authorization: `Bearer ${caller.token}` },
            ...(method === 'GET'
              ? {}
              : { json: Object.fromEntries(body.map(({ name, value }) => [name, value])) }),
          },
        )
        expect([method, place, answer.status, answer.status < 500]).toEqual([
          method,
          place,
          answer.status,
          true,
        ])
      },
    ),
    { numRuns: 300 },
  )
  expect(
    await helpdesk.sql('select json_agg(c)::text as all from conversations c where id = $1', [
      conversation,
    ]),
  ).toEqual(before)
})

test('undeclared methods are 405', async () => {
  for (const [method, path] of [
    ['DELETE', '/conversations/1'],
    ['PATCH', '/expert/profile'],
    ['HEAD', '/conversations'],
    ['GET', '/messages'],
  ] as const) {
    const answer = await fetch(helpdesk.url + path, { method })
    expect([path, answer.status]).toEqual([path, 405])
  }
})
