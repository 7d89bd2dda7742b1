// A persona that speaks gRPC to its store.

import { startTestPostgres } from '@plimsoll/stores'
import { seconds } from 'plimsoll'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { oneSession } from '../../../../packages/engine/src/one-session.ts'
import { runMessaging } from '../../test/running-messaging.ts'
import { Messages } from './generated/messaging.ts'

const stack = new AsyncDisposableStack()
let store = ''

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  const { stores } = stack.use(await runMessaging(host, { stores: 1 }))
  store = stores[0] ?? ''
})
afterAll(() => stack.disposeAsync())

for (const connections of [undefined, 'own'] as const) {
  test(`calls are actions with outcomes, on ${connections ?? 'a shared'} connection`, async () => {
    const chat = `grpc:${connections ?? 'shared'}`
    const ledgered: unknown[] = []
    const seen = await oneSession({
      at: store,
      ...(connections === undefined ? {} : { connections }),
      ledger: {
        intent: (entry) => void ledgered.push(entry.key),
        outcome: (_entry, { outcome, status, body }) =>
          void ledgered.push(outcome, status, JSON.parse(String(body)).seq),
      },
      async live({ rpc, check }) {
        const message = { chat, sender: 'grpc', text: 'hello' }
        const ledger = { kind: 'message', key: 'hello' }
        const sent = await rpc.call(Messages.method.send, message, { ledger })
        check('it is the first', sent.message?.seq === 1n)
        const page = await rpc.call(Messages.method.pull, { chat }, { timeout: seconds(2) })
        check('it is there', page.message?.messages[0]?.text === 'hello')
        const refused = await rpc.call(Messages.method.send, { ...message, chat: 'none' })
        expect([refused.outcome, refused.code, refused.message]).toEqual([
          'failed',
          'invalid_argument',
          undefined,
        ])
      },
    })
    expect(seen.errors).toEqual([])
    expect(ledgered).toEqual(['hello', 'ok', 200, '1'])
    const service = 'RPC plimsoll.messaging.v1.Messages'
    expect(seen.actions).toEqual([
      `${service}/Send ok`,
      `${service}/Pull ok`,
      `${service}/Send failed`,
    ])
    expect(seen.reasons[0]).toBe(`${service}/Send failed: status invalid_argument`)
  })
}

test('a call to a store that is not there has failed: it did not happen', async () => {
  const { reasons } = await oneSession({
    at: 'http://127.0.0.1:1',
    live: async ({ rpc }) => void (await rpc.call(Messages.method.send, {})),
  })
  expect(reasons).toEqual([
    expect.stringMatching(/Messages\/Send failed: unavailable: .*ECONNREFUSED/),
  ])
})
