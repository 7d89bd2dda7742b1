// While the database is held up messages wait. Those whose senders give up meanwhile are not stored when it goes on.

import { Code, createClient } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-node'
import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { runMessaging, type RunningMessaging } from '../../test/running-messaging.ts'
import { Messages } from '../rpc/generated/messaging.ts'

let messaging: RunningMessaging
const stack = new AsyncDisposableStack()
const patience = { timeout: 10_000, interval: 10 }

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  const edge = { CALLS_PER_STORE: '1', CALL_TIMEOUT_MS: '30000', ANSWER_WITHIN_MS: '60000' }
  const store = { POOL_SIZE: '1', QUEUE_TIMEOUT_MS: '30000', STATEMENT_TIMEOUT_MS: '30000' }
  messaging = stack.use(await runMessaging(host, { stores: 1, edge, store }))
})
afterAll(() => stack.disposeAsync())
beforeEach(async () => {
  await messaging.sql('begin')
  await messaging.sql('lock table chats in exclusive mode')
  return () => messaging.sql('rollback')
})

/** Resolves when the metrics of a service say so. */
async function told(url: string, line: string): Promise<void> {
  await vi.waitFor(async () => {
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(`${line}\n`)
  }, patience)
}

/** Resolves when the first message is held up in the database. */
async function held(): Promise<void> {
  await vi.waitFor(async () => {
    const rows = await messaging.sql('select from pg_locks where not granted')
    expect(rows).toHaveLength(1)
  }, patience)
}

async function textsOf(chat: string): Promise<unknown[]> {
  const rows = await messaging.sql('select text from messages where chat = $1 order by seq', [chat])
  return rows.map(({ text }) => text)
}

test('a call that was given up while it waited for the database stores nothing', async () => {
  const [url = ''] = messaging.stores
  const client = createClient(Messages, createConnectTransport({ baseUrl: url, httpVersion: '2' }))
  const send = (text: string, signal?: AbortSignal) =>
    client.send({ chat: 'gone:rpc', sender: 'rpc', text }, signal === undefined ? {} : { signal })
  const first = send('first')
  await held()
  const over = new AbortController()
  const given = send('given up', over.signal)
  await told(url, 'pg_pool_waiting 1')
  over.abort()
  await expect(given).rejects.toMatchObject({ code: Code.Canceled })
  // On the same connection: when it waits, the store knows that the one before it was given up.
  const last = send('last')
  await told(url, 'pg_pool_waiting 2')
  await messaging.sql('rollback')
  expect([(await first).seq, (await last).seq]).toEqual([1n, 2n])
  expect(await textsOf('gone:rpc')).toEqual(['first', 'last'])
})

test('a copy that is still waited for is stored, though the first one was given up', async () => {
  const [url = ''] = messaging.stores
  const client = createClient(Messages, createConnectTransport({ baseUrl: url, httpVersion: '2' }))
  const send = (clientId: string, signal?: AbortSignal) =>
    client.send(
      { chat: 'copy:rpc', sender: 'rpc', text: clientId, clientId },
      signal === undefined ? {} : { signal },
    )
  const first = send('first')
  await held()
  const over = new AbortController()
  const given = send('twice', over.signal)
  await told(url, 'pg_pool_waiting 1')
  over.abort()
  await expect(given).rejects.toMatchObject({ code: Code.Canceled })
  const again = send('twice')
  await told(url, 'pg_pool_waiting 2')
  await messaging.sql('rollback')
  await first
  expect(await again).toMatchObject({ seq: 2n })
  expect(await textsOf('copy:rpc')).toEqual(['first', 'twice'])
})

test('a message whose client left while it waited at the edge is not sent', async () => {
  const first = messaging.send('gone:http', 'http', 'first')
  await held()
  const over = new AbortController()
  const given = fetch(`${messaging.url}/api/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chat: 'gone:http', sender: 'http', text: 'given up' }),
    signal: over.signal,
  })
  await told(messaging.url, 'call_requests_waiting{lane="send"} 1')
  over.abort()
  await expect(given).rejects.toThrow('aborted')
  await told(messaging.url, 'http_requests_total{route="POST /api/send",status="499"} 1')
  const last = messaging.send('gone:http', 'http', 'last')
  await told(messaging.url, 'call_requests_waiting{lane="send"} 2')
  await messaging.sql('rollback')
  expect([(await first).body.seq, (await last).body.seq]).toEqual([1, 2])
  expect(await textsOf('gone:http')).toEqual(['first', 'last'])
})
