// Sending again under the same client id, also while the first one is under way.

import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ask, runHelpdesk, type RunningHelpdesk } from '../../test/running-helpdesk.ts'
import { whileHeld } from '../../test/while-held.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host, { instances: 2 })
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

test('a message that is sent again before the first answer comes is stored once, and both learn its id', async () => {
  const asker = await helpdesk.register()
  const id = await ask(asker)
  const message = { conversationId: id, content: 'once', clientId: 'a' }
  const both = await whileHeld(
    helpdesk,
    id,
    helpdesk.urls.map((url) => () => asker.at(url).post('/messages', message)),
  )
  expect(both.map(({ status }) => status)).toEqual([201, 201])
  expect(both[0]?.body.id).toBe(both[1]?.body.id)
  expect((await asker.get(`/conversations/${id}/messages`)).body).toMatchObject([
    { id: both[0]?.body.id, content: 'once' },
  ])
})

test('another text under a client id that was used is refused, and the first one stays', async () => {
  const asker = await helpdesk.register()
  const conversationId = await ask(asker)
  await asker.post('/messages', { conversationId, content: 'first', clientId: 'a' })
  const other = await asker.post('/messages', { conversationId, content: 'second', clientId: 'a' })
  expect(other.status).toBe(422)
  const { body } = await asker.get(`/conversations/${conversationId}/messages`)
  expect(body).toMatchObject([{ content: 'first' }])
  expect(body).toHaveLength(1)
})
