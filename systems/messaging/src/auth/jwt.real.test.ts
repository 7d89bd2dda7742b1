// With AUTH=jwt the sender is who the token names, and only members read.

import { Tokens } from '@plimsoll/service/tokens'
import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type RunningMessaging } from '../../test/running-messaging.ts'

const secret = 'a secret of the tests, which is long enough'
let messaging: RunningMessaging
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  const edge = { AUTH: 'jwt', TOKEN_SECRET: secret }
  messaging = stack.use(await runMessaging(host, { stores: 1, edge }))
})
afterAll(() => stack.disposeAsync())

async function as(sub: string, key = secret): Promise<Record<string, string>> {
  const tokens = new Tokens({
    secret: key,
    lifetime_seconds: 60,
    remembered: 1,
    identityOf: () => undefined,
    now: () => Date.now(),
  })
  return { authorization: `Bearer ${await tokens.issue({ sub })}` }
}

test('the sender is who the token names, and need not be said', async () => {
  const sent = { chat: 'ann:bob', text: 'from the token' }
  expect((await messaging.post('/api/send', sent, await as('Ann'))).status).toBe(200)
  const { body } = await messaging.get('/api/pull?chat=ann:bob', await as('bob'))
  expect(body.messages[0].sender).toBe('ann')
})

test('nobody sends as somebody else, or into a chat of others', async () => {
  const message = { chat: 'ann:bob', sender: 'ann', text: 'x' }
  expect((await messaging.post('/api/send', message, await as('bob'))).status).toBe(403)
  const strange = { chat: 'ann:bob', text: 'x' }
  const { status, body } = await messaging.post('/api/send', strange, await as('eve'))
  expect([status, body.field]).toEqual([400, 'sender'])
})

test('only members read a chat', async () => {
  expect((await messaging.get('/api/pull?chat=ann:bob', await as('eve'))).status).toBe(403)
})

test('without a token, or with one that is forged, the answer is 401', async () => {
  const path = '/api/pull?chat=ann:bob'
  expect((await messaging.get(path)).status).toBe(401)
  const forged = await as('ann', 'another secret, as long as the first one was')
  expect((await messaging.get(path, forged)).status).toBe(401)
  expect((await messaging.post('/api/send', {}, { authorization: 'Bearer x' })).status).toBe(401)
})
