// The published contract, row by row, by a client of its own that knows nothing of this project.

import { request } from 'node:http'
import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { runHelpdesk, type Json, type RunningHelpdesk } from '../test/running-helpdesk.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host)
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

interface Plain {
  readonly status: number
  readonly cookie: string | undefined
  readonly body: Json
}

/** Plain HTTP, as a public client sends it. */
function send(
  method: string,
  path: string,
  { token, cookie, body }: { token?: string; cookie?: string | undefined; body?: unknown } = {},
): Promise<Plain> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers = {
    // Whether there is a body or not, as the published front end does.
    'Content-Type': 'application/json',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(cookie === undefined ? {} : { Cookie: cookie }),
  }
  return new Promise((resolve, reject) => {
    const sent = request(helpdesk.url + path, { method, headers, timeout: 10_000 }, (answer) => {
      let received = ''
      answer.setEncoding('utf8').on('data', (data: string) => (received += data))
      answer.on('end', () => {
        const cookie = answer.headers['set-cookie']?.[0]
        resolve({ status: answer.statusCode ?? 0, cookie, body: JSON.parse(received) })
      })
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer')))
    sent.on('error', reject)
    sent.end(text)
  })
}

const isoMicros = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
let names = 0

async function enter(
  name = `user_${++names}`,
): Promise<{ id: number; token: string; cookie: string }> {
  const body = { username: name, password: name }
  const answer = await send('POST', '/auth/register', { body })
  expect(answer.status).toBe(201)
  return {
    id: answer.body.user.id,
    token: answer.body.token,
    cookie: answer.cookie!.split(';')[0]!,
  }
}

const isUser = {
  id: expect.any(Number),
  username: 'seven77',
  created_at: isoMicros,
  last_active_at: isoMicros,
}

test('GET /health', async () => {
  expect(await send('GET', '/health')).toMatchObject({
    status: 200,
    body: { status: 'ok', timestamp: isoMicros },
  })
})

test('register, login, me, refresh and logout with the cookie', async () => {
  const body = { username: 'seven77', password: 'seven77' }
  const born = await send('POST', '/auth/register', { body })
  expect(born).toMatchObject({ status: 201, body: { user: isUser, token: expect.any(String) } })
  expect(Object.keys(born.body)).toEqual(['user', 'token'])
  expect(born.cookie).toMatch(/=\S+; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax$/)
  const entered = await send('POST', '/auth/login', { body })
  expect(entered).toMatchObject({ status: 200, body: { user: isUser, token: expect.any(String) } })
  const cookie = entered.cookie!.split(';')[0]
  expect(await send('GET', '/auth/me', { cookie })).toMatchObject({ status: 200, body: isUser })
  const refreshed = await send('POST', '/auth/refresh', { cookie })
  expect(refreshed).toMatchObject({
    status: 200,
    body: { user: isUser, token: expect.any(String) },
  })
  const token = refreshed.body.token as string
  expect(await send('GET', '/auth/me', { token })).toMatchObject({ status: 200, body: isUser })
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
  expect(claims.exp - claims.iat).toBe(15 * 60)
  const left = await send('POST', '/auth/logout', { cookie })
  expect(left).toMatchObject({ status: 200, body: { message: expect.any(String) } })
  expect(left.cookie).toContain('Max-Age=0')
  expect((await send('GET', '/auth/me', { cookie })).status).toBe(401)
  expect((await send('POST', '/auth/refresh', { cookie })).status).toBe(401)
  expect((await send('POST', '/auth/refresh', { token })).status).toBe(401)
  expect((await send('POST', '/auth/logout')).status).toBe(401)
})

test.each([
  ['a name that is taken', { username: 'twice_7', password: 'twice_7' }],
  ['a name that looks the same', { username: 'caf\u0065\u0301_7', password: 'secret7' }],
  ['a short name', { username: 'ab', password: 'secret7' }],
  ['a blank name', { username: '       ', password: 'secret7' }],
  ['a short password', { username: 'newcomer', password: 'abc' }],
  ['no password', { username: 'newcomer' }],
  ['nothing', {}],
  ['numbers', { username: 1, password: 2 }],
])('register with %s is 422 with a list of errors', async (_, body) => {
  await send('POST', '/auth/register', { body: { username: 'twice_7', password: 'twice_7' } })
  await send('POST', '/auth/register', { body: { username: 'caf\u00e9_7', password: 'secret7' } })
  const answer = await send('POST', '/auth/register', { body })
  expect(answer).toMatchObject({ status: 422, body: { errors: expect.any(Array) } })
  expect(answer.body.errors[0]).toEqual(expect.any(String))
  expect(answer.cookie).toBeUndefined()
})

test('a wrong password and an unknown name are the same 401', async () => {
  await enter('careful')
  const wrong = await send('POST', '/auth/login', { body: { username: 'careful', password: 'no' } })
  const nobody = await send('POST', '/auth/login', { body: { username: 'nobody', password: 'no' } })
  expect([wrong.status, nobody.status]).toEqual([401, 401])
  expect(wrong.body.error).toBe(nobody.body.error)
})

test('a conversation from the question to the rating', async () => {
  const asker = await enter()
  const expert = await enter()
  const { token } = asker
  const made = await send('POST', '/conversations', { token, body: { title: 'Where is it?' } })
  expect(made.status).toBe(201)
  const id = made.body.id as string
  const waiting = {
    id: expect.stringMatching(/^\d+$/),
    title: 'Where is it?',
    status: 'waiting',
    questionerId: String(asker.id),
    questionerUsername: expect.any(String),
    assignedExpertId: null,
    assignedExpertUsername: null,
    createdAt: isoMicros,
    updatedAt: isoMicros,
    lastMessageAt: null,
    unreadCount: 0,
  }
  expect(made.body).toEqual(waiting)
  expect((await send('GET', '/conversations', { token })).body).toEqual([waiting])
  expect((await send('GET', `/conversations/${id}`, { token })).body).toEqual(waiting)

  const body = { conversationId: id, content: 'It has not come.' }
  const sent = await send('POST', '/messages', { token, body })
  const message = {
    id: expect.stringMatching(/^\d+$/),
    conversationId: id,
    senderId: String(asker.id),
    senderUsername: expect.any(String),
    senderRole: 'initiator',
    content: 'It has not come.',
    timestamp: isoMicros,
    isRead: false,
  }
  expect([sent.status, sent.body]).toEqual([201, message])

  const queue = await send('GET', '/expert/queue', { token: expert.token })
  expect(queue.body).toMatchObject({ assignedConversations: [], totalWaiting: expect.any(Number) })
  const inQueue = queue.body.waitingConversations.find((one: Json) => one.id === id)
  expect(inQueue).toMatchObject({ status: 'waiting', unreadCount: 1, lastMessageAt: isoMicros })

  const path = `/expert/conversations/${id}`
  const claimed = await send('POST', `${path}/claim`, { token: expert.token })
  expect([claimed.status, claimed.body]).toEqual([200, { success: true }])
  const late = await enter()
  expect((await send('POST', `${path}/claim`, { token: late.token })).status).toBe(422)
  expect((await send('POST', `${path}/unclaim`, { token: late.token })).status).toBe(403)
  expect((await send('POST', `${path}/claim`, { token })).status).toBe(422)

  const read = await send('PUT', `/messages/${sent.body.id}/read`, { token: expert.token })
  expect([read.status, read.body]).toEqual([200, { success: true }])
  expect((await send('PUT', `/messages/${sent.body.id}/read`, { token })).status).toBe(403)
  const seen = await send('GET', `/conversations/${id}`, { token: expert.token })
  expect(seen.body).toMatchObject({
    status: 'active',
    assignedExpertId: String(expert.id),
    unreadCount: 0,
  })
  const list = await send('GET', `/conversations/${id}/messages`, { token })
  expect(list.body).toEqual([{ ...message, isRead: true }])

  expect((await send('POST', `${path}/unclaim`, { token: expert.token })).body).toEqual({
    success: true,
  })
  expect((await send('GET', `/conversations/${id}`, { token })).body).toMatchObject({
    status: 'waiting',
    assignedExpertId: null,
  })
  await send('POST', `${path}/claim`, { token: expert.token })
  const resolved = await send('POST', `${path}/resolve`, { token, body: { rating: 4 } })
  expect([resolved.status, resolved.body]).toEqual([200, { success: true }])
  const history = await send('GET', '/expert/assignments/history', { token: expert.token })
  expect(history.body).toEqual([
    {
      id: expect.stringMatching(/^\d+$/),
      conversationId: id,
      expertId: String(expert.id),
      status: 'resolved',
      assignedAt: isoMicros,
      resolvedAt: isoMicros,
      rating: 4,
    },
    expect.objectContaining({ status: 'unassigned', rating: null }),
  ])
  expect((await send('POST', '/messages', { token, body })).status).toBe(422)
})

test('the profile of an expert', async () => {
  const { token, id } = await enter()
  const empty = {
    id: expect.any(String),
    userId: String(id),
    bio: '',
    knowledgeBaseLinks: [],
    createdAt: isoMicros,
    updatedAt: isoMicros,
  }
  expect((await send('GET', '/expert/profile', { token })).body).toEqual(empty)
  const body = { bio: 'I know parcels.', knowledgeBaseLinks: ['https://example.com/parcels'] }
  const written = await send('PUT', '/expert/profile', { token, body })
  expect([written.status, written.body]).toEqual([200, { ...empty, ...body }])
  expect((await send('GET', '/expert/profile', { token })).body).toEqual({ ...empty, ...body })
})

test('the three polls by time, with and without a zone, inclusive', async () => {
  const asker = await enter()
  const { token } = asker
  const { body: made } = await send('POST', '/conversations', { token, body: { title: 'Poll me' } })
  const body = { conversationId: made.id, content: 'Hello' }
  const { body: message } = await send('POST', '/messages', { token, body })
  const times = [
    message.timestamp,
    message.timestamp.replace('Z', ''),
    message.timestamp.replace('Z', '%2B00:00'),
    '',
  ]
  for (const since of times) {
    const query = `userId=${asker.id}&since=${since}`
    const messages = await send('GET', `/api/messages/updates?${query}`, { token })
    expect([since, messages.body]).toEqual([since, [message]])
    const conversations = await send('GET', `/api/conversations/updates?${query}`, { token })
    expect(conversations.body.map(({ id }: Json) => id)).toEqual([made.id])
    const queue = await send(
      'GET',
      `/api/expert-queue/updates?expertId=${asker.id}&since=${since}`,
      { token },
    )
    expect(queue.body).toEqual([
      {
        waitingConversations: expect.any(Array),
        assignedConversations: [],
        removed: expect.any(Array),
        ended: [],
      },
    ])
    expect(queue.body[0].waitingConversations.some(({ id }: Json) => id === made.id)).toBe(true)
  }
  const later = new Date(Date.parse(message.timestamp) + 60_000).toISOString()
  for (const [path, empty] of [
    [`/api/messages/updates?userId=${asker.id}`, []],
    [`/api/conversations/updates?userId=${asker.id}`, []],
    [
      `/api/expert-queue/updates?expertId=${asker.id}`,
      [{ waitingConversations: [], assignedConversations: [], removed: [], ended: [] }],
    ],
  ] as const) {
    expect((await send('GET', `${path}&since=${later}`, { token })).body).toEqual(empty)
    expect((await send('GET', `${path}&since=yesterday`, { token })).status).toBe(400)
    expect((await send('GET', path.replace(/=\d+/, '=1'), { token })).status).toBe(403)
    expect((await send('GET', path)).status).toBe(401)
  }
})

test('departures from the queue are told to the polls of others', async () => {
  const [asker, expert, watcher] = [await enter(), await enter(), await enter()]
  const { body: made } = await send('POST', '/conversations', {
    token: asker.token,
    body: { title: 'Mine' },
  })
  const { body: before } = await send('GET', '/api/updates', { token: watcher.token })
  expect(before.queue.waitingConversations.some(({ id }: Json) => id === made.id)).toBe(true)
  await send('POST', `/expert/conversations/${made.id}/claim`, { token: expert.token })
  const cursor = encodeURIComponent(before.cursor)
  const { body: after } = await send('GET', `/api/updates?cursor=${cursor}`, {
    token: watcher.token,
  })
  expect(after.queue.removed).toContain(made.id)
  const byTime = await send(
    'GET',
    `/api/expert-queue/updates?expertId=${watcher.id}&since=${made.createdAt}`,
    { token: watcher.token },
  )
  expect(byTime.body[0].removed).toContain(made.id)
})

test.each([
  ['GET', '/conversations/999999', undefined, 404],
  ['GET', '/conversations/none', undefined, 404],
  ['GET', '/conversations/999999/messages', undefined, 404],
  ['POST', '/conversations', { title: '  ' }, 422],
  ['POST', '/conversations', {}, 422],
  ['POST', '/messages', { conversationId: '999999', content: 'x' }, 404],
  ['POST', '/messages', { conversationId: '1', content: '   ' }, 422],
  ['POST', '/messages', { content: 'x' }, 422],
  ['PUT', '/messages/999999/read', undefined, 404],
  ['POST', '/expert/conversations/999999/claim', undefined, 404],
  ['POST', '/expert/conversations/999999/unclaim', undefined, 404],
  ['POST', '/expert/conversations/999999/resolve', undefined, 404],
  ['GET', '/api/updates?cursor=nonsense', undefined, 400],
  ['GET', '/nowhere', undefined, 404],
] as const)('%s %s %j is %i', async (method, path, body, status) => {
  const { token } = await enter()
  const answer = await send(method, path, { token, body })
  expect(answer.status).toBe(status)
  expect(answer.body.error).toBe(answer.body.detail)
  expect(answer.body.errors?.length).toBe(status === 422 ? 1 : undefined)
})

test('the combined poll: a cursor, a tag that answers 304, and an interval', async () => {
  const { token } = await enter()
  const first = await fetch(`${helpdesk.url}/api/updates`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { cursor } = (await first.json()) as Json
  expect(first.headers.get('etag')).toBe(`"${cursor}"`)
  expect(Number(first.headers.get('x-poll-interval'))).toBeGreaterThanOrEqual(5)
  for (const query of ['', `?cursor=${cursor}`]) {
    // While the server of the database is at something of its own, the queue may be told again.
    await vi.waitFor(async () => {
      const again = await fetch(`${helpdesk.url}/api/updates${query}`, {
        headers: { authorization: `Bearer ${token}`, 'if-none-match': `"${cursor}"` },
      })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }, 5_000)
  }
  const empty = await send('GET', `/api/updates?cursor=${cursor}`, { token })
  expect(empty.body).toEqual({
    cursor,
    more: false,
    conversations: [],
    messages: [],
    removed: [],
    queue: null,
  })
})
