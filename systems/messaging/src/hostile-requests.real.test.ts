// Whatever a client sends that is not as the contract wants it: 400 with the name of the field, never 500.

import { connect } from 'node:net'
import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type RunningMessaging } from '../test/running-messaging.ts'

let messaging: RunningMessaging
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  messaging = stack.use(await runMessaging(host, { stores: 1 }))
})
afterAll(() => stack.disposeAsync())

const good = { chat: 'a:b', sender: 'a', text: 'hi' }

/** What is sent instead of a good message, and the field that is at fault. */
const sends: readonly [string, unknown, string][] = [
  ['one member', { ...good, chat: 'a' }, 'chat'],
  ['three members', { ...good, chat: 'a:b:c' }, 'chat'],
  ['no member', { ...good, chat: ':' }, 'chat'],
  ['the same member twice', { ...good, chat: 'a: A' }, 'chat'],
  ['a name of 65 bytes', { ...good, chat: `a:${'b'.repeat(65)}` }, 'chat'],
  ['a NUL in a name', { ...good, chat: 'a:b\0' }, 'chat'],
  ['a bell in a name', { ...good, chat: 'a:b\u0007' }, 'chat'],
  ['half a surrogate pair in a name', '{"chat":"a:b\\ud800","sender":"a","text":"x"}', 'chat'],
  ['a number for a chat', { ...good, chat: 5 }, 'chat'],
  ['no chat', { sender: 'a', text: 'hi' }, 'chat'],
  ['a stranger', { ...good, sender: 'c' }, 'sender'],
  ['both members as sender', { ...good, sender: 'a:b' }, 'sender'],
  ['an empty sender', { ...good, sender: ' ' }, 'sender'],
  ['no sender', { chat: 'a:b', text: 'hi' }, 'sender'],
  ['an empty text', { ...good, text: '' }, 'text'],
  ['a text of 1 MB', { ...good, text: 'x'.repeat(1_000_000) }, 'text'],
  ['a text of 1 MiB', { ...good, text: 'x'.repeat(1_048_576) }, 'text'],
  ['a text one byte too long', { ...good, text: 'é'.repeat(8_192) + 'x' }, 'text'],
  ['a NUL in a text', { ...good, text: 'a\0b' }, 'text'],
  ['half a surrogate pair', '{"chat":"a:b","sender":"a","text":"\\ud83d"}', 'text'],
  ['null for a text', { ...good, text: null }, 'text'],
  ['an object for a text', { ...good, text: { toString: 'x' } }, 'text'],
  ['an empty client_id', { ...good, client_id: '' }, 'client_id'],
  ['a client_id of 129 bytes', { ...good, client_id: 'x'.repeat(129) }, 'client_id'],
  ['a number for a client_id', { ...good, client_id: 7 }, 'client_id'],
  ['an unknown field', { ...good, colour: 'red' }, 'colour'],
  [
    'a field of the prototype',
    '{"__proto__":{},"chat":"a:b","sender":"a","text":"x"}',
    '__proto__',
  ],
  ['malformed JSON', '{"chat":', 'body'],
  ['a list', [good], 'body'],
  ['a text for a body', '"a:b"', 'body'],
  ['nothing', '', 'chat'],
]

for (const [what, body, field] of sends) {
  test(`a message with ${what} is 400 and names ${field}`, async () => {
    const answer = await messaging.post('/api/send', body)
    expect([answer.status, answer.body.field]).toEqual([400, field])
    expect(answer.body.detail).toContain(field)
  })
}

const pulls: readonly [string, string][] = [
  ['chat=a', 'chat'],
  ['chat=a:b:c', 'chat'],
  ['', 'chat'],
  ['chat=a:b&chat=a:b', 'chat'],
  ['chat=a:b&cursor=-1', 'cursor'],
  ['chat=a:b&cursor=9223372036854775808', 'cursor'],
  ['chat=a:b&cursor=1.5', 'cursor'],
  ['chat=a:b&cursor=', 'cursor'],
  ['chat=a:b&cursor=0x10', 'cursor'],
  ['chat=a:b&limit=0', 'limit'],
  ['chat=a:b&limit=-1', 'limit'],
  ['chat=a:b&limit=101', 'limit'],
  ['chat=a:b&limit=1000000000', 'limit'],
  ['chat=a:b&limit=many', 'limit'],
  ['chat=a:b&reverse=maybe', 'reverse'],
  ['chat=a:b&reverse=1', 'reverse'],
  ['chat=a:b&wait=-1', 'wait'],
  ['chat=a:b&wait=1000000000', 'wait'],
  ['chat=a:b&wait=5&reverse=true', 'wait'],
  ['chat=a:b&colour=red', 'colour'],
]

for (const [query, field] of pulls) {
  test(`a pull with "${query}" is 400 and names ${field}`, async () => {
    const { status, body } = await messaging.get(`/api/pull?${query}`)
    expect([status, body.field]).toEqual([400, field])
  })
}

test('the largest text and the largest names are taken', async () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]
  const sent = await messaging.send(`${b}:${a}`, b, 'é'.repeat(8_192), 'x'.repeat(128))
  expect(sent.status).toBe(200)
})

test('a body that is no JSON by its type is 415', async () => {
  const headers = { 'content-type': 'text/plain' }
  expect((await messaging.post('/api/send', good, headers)).status).toBe(415)
})

test('a NUL in the query is refused before it is a query', async () => {
  expect((await messaging.get('/api/pull?chat=a:b%00')).status).toBe(400)
})

test('garbage on the port of a store is told that it is none', async () => {
  const [url = ''] = messaging.stores
  for (const bytes of [
    'garbage\r\n\r\n',
    '\0\u0001\u0002\u0003\r\n\r\n',
    'PRI * nonsense\r\n\r\n',
  ]) {
    expect(await talk(Number(new URL(url).port), bytes)).toMatch(/^HTTP\/1\.1 400 /)
  }
  expect((await messaging.send('a:b', 'a', 'still there')).status).toBe(200)
})

test('garbage after the preface of HTTP/2 ends that connection only', async () => {
  const [url = ''] = messaging.stores
  await talk(Number(new URL(url).port), `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'garbage'.repeat(100)}`)
  expect((await messaging.send('a:b', 'a', 'still there')).status).toBe(200)
})

/** Sends bytes and resolves to what comes back until the other side closes. */
function talk(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let found = ''
    socket.setTimeout(10_000, () => reject(new Error('the connection stayed open')))
    socket.setEncoding('latin1').on('data', (text: string) => (found += text))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(found))
    socket.write(bytes, 'latin1')
  })
}
