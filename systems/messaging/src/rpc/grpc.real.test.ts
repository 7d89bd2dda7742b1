// The store as any gRPC client sees it: one that knows nothing but the proto file.

import { fileURLToPath } from 'node:url'
import { credentials, loadPackageDefinition, status, type ServiceError } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type Json } from '../../test/running-messaging.ts'

const proto = fileURLToPath(new URL('../../proto/messaging.proto', import.meta.url))
const stack = new AsyncDisposableStack()
let call: (method: string, request: object) => Promise<Json>

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  const { stores } = stack.use(await runMessaging(host, { stores: 1 }))
  const definition = loadSync(proto, { keepCase: true, longs: Number, defaults: true })
  const found = loadPackageDefinition(definition) as Json
  const address = new URL(stores[0] ?? '').host
  const client = new found.plimsoll.messaging.v1.Messages(address, credentials.createInsecure())
  stack.defer(() => client.close())
  call = (method, request) =>
    new Promise((resolve, reject) => {
      const deadline = new Date(Date.now() + 10_000)
      client[method](request, { deadline }, (error: ServiceError | null, answer: Json) =>
        error === null ? resolve(answer) : reject(error),
      )
    })
})
afterAll(() => stack.disposeAsync())

test('a plain gRPC client sends and pulls', async () => {
  const sent = await call('Send', { chat: 'Rpc:Grpc', sender: 'GRPC', text: 'hello' })
  expect(sent).toMatchObject({ seq: 1, repeated: false })
  const page = await call('Pull', { chat: 'grpc:rpc' })
  expect(page).toEqual({
    messages: [
      { chat: 'grpc:rpc', text: 'hello', sender: 'grpc', send_time: sent.send_time, seq: 1 },
    ],
    has_more: false,
    next_cursor: sent.send_time + 1,
  })
  expect(await call('Newest', { chats: ['grpc:rpc', 'no:body'] })).toEqual({
    send_times: [sent.send_time, 0],
  })
})

test('a message that is sent again says so', async () => {
  const message = { chat: 'a:b', sender: 'a', text: 'x', client_id: 'one' }
  const first = await call('Send', message)
  expect(await call('Send', message)).toEqual({ ...first, repeated: true })
})

const refused: readonly [string, object, string][] = [
  ['Send', { chat: 'a', sender: 'a', text: 'x' }, 'chat'],
  ['Send', { chat: 'a:b', sender: 'c', text: 'x' }, 'sender'],
  ['Send', { chat: 'a:b', sender: 'a', text: '' }, 'text'],
  ['Send', { chat: 'a:b', sender: 'a', text: 'x'.repeat(16_385) }, 'text'],
  ['Send', { chat: 'a:b', sender: 'a', text: 'a\0b' }, 'text'],
  ['Pull', { chat: 'a:b', cursor: -1 }, 'cursor'],
  ['Pull', { chat: 'a:b', after: -1 }, 'after'],
  ['Pull', { chat: 'a:b', limit: 101 }, 'limit'],
  ['Pull', { chat: 'a:b', limit: -1 }, 'limit'],
  ['Newest', { chats: ['a'] }, 'chat'],
  ['Newest', { chats: [] }, 'chats'],
  ['SendMany', { messages: Array.from({ length: 1_001 }, () => ({})) }, 'messages'],
]

for (const [method, request, field] of refused) {
  test(`${method} with a wrong ${field} is INVALID_ARGUMENT and names it`, async () => {
    const error = (await call(method, request).catch((error: unknown) => error)) as ServiceError
    expect(error.code).toBe(status.INVALID_ARGUMENT)
    expect(error.details).toContain(field)
  })
}

test('each message of a call of many has its own end', async () => {
  const { results } = await call('SendMany', {
    messages: [
      { chat: 'many:few', sender: 'many', text: 'good' },
      { chat: 'many:few', sender: 'nobody', text: 'bad' },
      { chat: 'many:few', sender: 'few', text: 'good' },
    ],
  })
  expect(results.map((each: Json) => each.sent?.seq)).toEqual([1, undefined, 2])
  expect(results[1].refusal).toMatchObject({ code: status.INVALID_ARGUMENT, field: 'sender' })
})
