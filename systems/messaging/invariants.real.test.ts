// What the invariants find where something has gone.

import type { InvariantInput } from 'plimsoll'
import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { invariants } from './invariants.ts'
import { runMessaging, type RunningMessaging } from './test/running-messaging.ts'

let messaging: RunningMessaging
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  messaging = stack.use(await runMessaging(host, { stores: 1 }))
  for (const chat of ['whole:chat', 'gone:chat', 'orphaned:chat']) {
    for (let n = 0; n < 2; n++) {
      const { status } = await messaging.send(chat, 'chat', 'hello')
      if (status !== 200) throw new Error(`a message was answered ${status}`)
    }
  }
})
afterAll(() => stack.disposeAsync())

function gaps() {
  const random = { float: () => 0.5 } as InvariantInput['random']
  const addresses = { database: { url: messaging.database.url } }
  return invariants.chatsHaveNoGaps({ url: messaging.url, addresses, promised: [], random })
}

test('a chat without gaps breaks nothing', async () => {
  expect(await gaps()).toMatchObject({ examined: 6, lost: 0, stale: 0 })
})

test('a chat whose messages have all gone is lost, and so is one that nobody counts', async () => {
  await messaging.sql(`delete from messages where chat = 'chat:gone'`)
  await messaging.sql(`delete from chats where chat = 'chat:orphaned'`)
  expect(await gaps()).toMatchObject({
    examined: 6,
    lost: 2,
    examples: expect.arrayContaining([
      expect.stringContaining('chat:gone: 0 of 2'),
      expect.stringContaining('chat:orphaned: 2 of 0'),
    ]),
  })
})
