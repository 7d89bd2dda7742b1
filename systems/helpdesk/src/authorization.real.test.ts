// Who may do what: every route of the OpenAPI document against everybody. A route without a row here fails.

import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  ask,
  call,
  runHelpdesk,
  type Caller,
  type RunningHelpdesk,
} from '../test/running-helpdesk.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk
let owner: Caller
let expert: Caller
let other: Caller

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host)
  owner = await helpdesk.register()
  expert = await helpdesk.register()
  other = await helpdesk.register()
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

/** What a request is made from: a fresh conversation of the owner, claimed by the expert, with a message. */
interface Scene {
  readonly conversation: string
  /** Sent by the owner. */
  readonly message: string
}

interface Row {
  /** The path with its query, for a scene. */
  readonly path: (scene: Scene) => string
  readonly body?: (scene: Scene) => unknown
  readonly anonymous: number
  readonly owner: number
  readonly expert: number
  readonly other: number
}

const everybody = { anonymous: 401, owner: 200, expert: 200, other: 200 }
const open = (status: number) => ({
  anonymous: status,
  owner: status,
  expert: status,
  other: status,
})
const credentials = () => ({ username: 'nobody_at_all', password: 'no' })

const matrix: Readonly<Record<string, Row>> = {
  'GET /health': { path: () => '/health', ...open(200) },
  'POST /auth/register': { path: () => '/auth/register', body: credentials, ...open(422) },
  'POST /auth/login': { path: () => '/auth/login', body: credentials, ...open(401) },
  // These ask for the cookie: a bearer token alone is nobody, save for /auth/me.
  'POST /auth/logout': { path: () => '/auth/logout', ...open(401) },
  'POST /auth/refresh': { path: () => '/auth/refresh', ...open(401) },
  'GET /auth/me': { path: () => '/auth/me', ...everybody },
  'GET /conversations': { path: () => '/conversations', ...everybody },
  'POST /conversations': {
    path: () => '/conversations',
    body: () => ({ title: 'x' }),
    anonymous: 401,
    owner: 201,
    expert: 201,
    other: 201,
  },
  'GET /conversations/{id}': {
    path: ({ conversation }) => `/conversations/${conversation}`,
    ...everybody,
    other: 404,
  },
  'GET /conversations/{id}/messages': {
    path: ({ conversation }) => `/conversations/${conversation}/messages`,
    ...everybody,
    other: 404,
  },
  'POST /messages': {
    path: () => '/messages',
    body: ({ conversation }) => ({ conversationId: conversation, content: 'x' }),
    anonymous: 401,
    owner: 201,
    expert: 201,
    other: 403,
  },
  'PUT /messages/{id}/read': {
    path: ({ message }) => `/messages/${message}/read`,
    anonymous: 401,
    owner: 403,
    expert: 200,
    other: 404,
  },
  'GET /expert/queue': { path: () => '/expert/queue', ...everybody },
  'POST /expert/conversations/{id}/claim': {
    path: ({ conversation }) => `/expert/conversations/${conversation}/claim`,
    anonymous: 401,
    owner: 422,
    expert: 200,
    other: 422,
  },
  'POST /expert/conversations/{id}/unclaim': {
    path: ({ conversation }) => `/expert/conversations/${conversation}/unclaim`,
    anonymous: 401,
    owner: 403,
    expert: 200,
    other: 403,
  },
  'POST /expert/conversations/{id}/resolve': {
    path: ({ conversation }) => `/expert/conversations/${conversation}/resolve`,
    ...everybody,
    other: 403,
  },
  'GET /expert/profile': { path: () => '/expert/profile', ...everybody },
  'PUT /expert/profile': {
    path: () => '/expert/profile',
    body: () => ({ bio: 'x' }),
    ...everybody,
  },
  'GET /expert/assignments/history': { path: () => '/expert/assignments/history', ...everybody },
  'GET /api/conversations/updates': {
    path: () => `/api/conversations/updates?userId=${owner.id}`,
    anonymous: 401,
    owner: 200,
    expert: 403,
    other: 403,
  },
  'GET /api/messages/updates': {
    path: () => `/api/messages/updates?userId=${owner.id}`,
    anonymous: 401,
    owner: 200,
    expert: 403,
    other: 403,
  },
  'GET /api/expert-queue/updates': {
    path: () => `/api/expert-queue/updates?expertId=${expert.id}`,
    anonymous: 401,
    owner: 403,
    expert: 200,
    other: 403,
  },
  'GET /api/updates': { path: () => '/api/updates', ...everybody },
  'GET /api/updates/stream': { path: () => '/api/updates/stream', ...everybody },
}

async function scene(): Promise<Scene> {
  const conversation = await ask(owner)
  const sent = await owner.post('/messages', { conversationId: conversation, content: 'Hello' })
  await expert.post(`/expert/conversations/${conversation}/claim`)
  return { conversation, message: sent.body.id }
}

/** The status alone: a stream never ends by itself. */
async function statusOf(url: string, init: RequestInit): Promise<number> {
  const aborting = new AbortController()
  const answer = await fetch(url, { ...init, signal: aborting.signal })
  aborting.abort()
  return answer.status
}

async function declaredRoutes(): Promise<string[]> {
  const { body } = await call(`${helpdesk.url}/docs/json`, {})
  return Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

test('every route is in the matrix', async () => {
  expect((await declaredRoutes()).sort()).toEqual(Object.keys(matrix).sort())
})

test.each(Object.entries(matrix))('%s', async (route, row) => {
  const who = { anonymous: undefined, owner, expert, other }
  const found: Record<string, number> = {}
  for (const [name, caller] of Object.entries(who)) {
    const given = await scene()
    found[name] = await statusOf(helpdesk.url + row.path(given), {
      method: route.split(' ')[0] ?? '',
      headers: {
        ...(caller === undefined ? {} : { authorization: `Bearer ${caller.token}` }),
        ...(row.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(row.body === undefined ? {} : { body: JSON.stringify(row.body(given)) }),
    })
  }
  const { anonymous, owner: asker, expert: answerer, other: stranger } = row
  expect(found).toEqual({ anonymous, owner: asker, expert: answerer, other: stranger })
})

test('no list shows anybody what is not theirs', async () => {
  const { conversation, message } = await scene()
  for (const path of [
    '/conversations',
    `/api/conversations/updates?userId=${other.id}`,
    `/api/messages/updates?userId=${other.id}`,
    '/api/updates',
    '/expert/assignments/history',
  ]) {
    const { body } = await other.get(path)
    const text = JSON.stringify({ ...body, queue: null })
    expect(text).not.toContain(`"id":"${conversation}"`)
    expect(text).not.toContain(`"id":"${message}"`)
  }
})

test('where experts are listed nobody else may act as one', async () => {
  await using listed = await runHelpdesk(host, {
    environment: { EXPERTS: 'listed', EXPERT_NAMES: 'the_expert' },
  })
  const asker = await listed.register('the_asker')
  const named = await listed.register('the_expert')
  const id = await ask(asker)
  for (const [route, row] of Object.entries(matrix)) {
    const [method = '', path = ''] = route.split(' ')
    if (!path.startsWith('/expert') || path.endsWith('/resolve')) continue
    const answer = await call(listed.url + path.replace('{id}', id), {
      method,
      headers: { authorization: `Bearer ${asker.token}` },
      ...(row.body === undefined ? {} : { json: {} }),
    })
    expect([route, answer.status]).toEqual([route, 403])
  }
  expect((await asker.get('/api/updates')).body.queue).toBeNull()
  expect((await named.post(`/expert/conversations/${id}/claim`)).status).toBe(200)
})
