// The HTTP contract, call by call.

import { request } from 'node:http'
import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type RunningMessaging } from '../test/running-messaging.ts'

let messaging: RunningMessaging
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  messaging = stack.use(await runMessaging(host))
})
afterAll(() => stack.disposeAsync())

test('ping answers pong', async () => {
  expect(await messaging.get('/ping')).toEqual({ status: 200, body: { message: 'pong' } })
})

test('a message that was sent is on the next page', async () => {
  const sent = await messaging.send('ann:bob', 'ann', 'hello')
  expect(sent).toEqual({ status: 200, body: { send_time: expect.any(Number), seq: 1 } })
  const { send_time } = sent.body
  expect(Math.abs(send_time / 1_000 - Date.now())).toBeLessThan(60_000)
  expect(await messaging.get('/api/pull?chat=ann:bob')).toEqual({
    status: 200,
    body: {
      messages: [{ chat: 'ann:bob', text: 'hello', sender: 'ann', send_time, seq: 1 }],
      has_more: false,
      next_cursor: send_time + 1,
    },
  })
})

test('a:b is b:a, whatever the case and the spaces', async () => {
  await messaging.send('  Zoë : adam ', ' ZOË', 'one')
  await messaging.send('adam:zoë', 'Adam', 'two')
  const { body } = await messaging.get(`/api/pull?chat=${encodeURIComponent('ZOË:ADAM')}`)
  expect(body.messages.map((each: { sender: string }) => each.sender)).toEqual(['zoë', 'adam'])
  expect(body.messages[0].chat).toBe('adam:zoë')
})

test('texts of every script come back as they were sent', async () => {
  const texts = ['שלום ‏עולם', '👩‍👩‍👧 emoji', '"quotes" \\ and\nlines', '我们走吧', '\u0001 control']
  for (const text of texts) await messaging.send('rtl:ltr', 'rtl', text)
  const { body } = await messaging.get('/api/pull?chat=ltr:rtl&limit=100')
  expect(body.messages.map((each: { text: string }) => each.text)).toEqual(texts)
})

test('pages go on where they ended, in both directions', async () => {
  for (let n = 1; n <= 5; n++) await messaging.send('pages:of', 'of', `${n}`)
  const seqs = (body: { messages: { seq: number }[] }) => body.messages.map(({ seq }) => seq)
  const first = (await messaging.get('/api/pull?chat=of:pages&limit=3')).body
  expect([seqs(first), first.has_more]).toEqual([[1, 2, 3], true])
  const second = (
    await messaging.get(`/api/pull?chat=of:pages&limit=3&cursor=${first.next_cursor}`)
  ).body
  expect([seqs(second), second.has_more]).toEqual([[4, 5], false])
  expect(second.next_cursor).toBe(second.messages[1].send_time + 1)
  const end = (await messaging.get(`/api/pull?chat=of:pages&cursor=${second.next_cursor}`)).body
  expect(end).toEqual({ messages: [], has_more: false, next_cursor: second.next_cursor })

  const newest = (await messaging.get('/api/pull?chat=of:pages&limit=3&reverse=true')).body
  expect([seqs(newest), newest.has_more]).toEqual([[5, 4, 3], true])
  const oldest = (
    await messaging.get(`/api/pull?chat=of:pages&limit=3&reverse=true&cursor=${newest.next_cursor}`)
  ).body
  expect([seqs(oldest), oldest.has_more]).toEqual([[2, 1], false])
  expect(oldest.next_cursor).toBe(oldest.messages[1].send_time - 1)
})

test('the newest page is always what is stored, however often it was read before', async () => {
  let sent = 0
  for (const more of [1, 0, 1, 3, 6, 0, 4]) {
    for (let n = 0; n < more; n++) await messaging.send('read:often', 'often', `${(sent += 1)}`)
    const { body } = await messaging.get('/api/pull?chat=often:read&limit=3&reverse=true')
    const newest = Array.from({ length: Math.min(3, sent) }, (_, n) => `${sent - n}`)
    expect(body.messages.map((each: { text: string }) => each.text)).toEqual(newest)
    expect(body.has_more).toBe(sent > 3)
  }
  const metrics = await (await fetch(`${messaging.url}/metrics`)).text()
  expect(Number(/newest_pages_unchanged_total (\d+)/.exec(metrics)?.[1])).toBe(2)
})

test('an empty chat is an empty page with a cursor that is not 0', async () => {
  const empty = { messages: [], has_more: false, next_cursor: 1 }
  expect((await messaging.get('/api/pull?chat=no:body')).body).toEqual(empty)
  expect((await messaging.get('/api/pull?chat=no:body&reverse=true')).body).toEqual(empty)
})

test('a GET may carry its fields as a JSON body', async () => {
  await messaging.send('body:get', 'get', 'found')
  const answer = await getWithBody('/api/pull', { chat: 'body:get', limit: 1, reverse: true })
  expect(answer.messages.map((each: { text: string }) => each.text)).toEqual(['found'])
})

test('the strict pull wants all four and names the one that is missing', async () => {
  const all = { chat: 'ann:bob', cursor: '0', limit: '10', reverse: 'false' }
  const path = (fields: Record<string, string>) =>
    `/api/pull/messages?${new URLSearchParams(fields).toString()}`
  expect((await messaging.get(path(all))).status).toBe(200)
  for (const name of Object.keys(all)) {
    const { status, body } = await messaging.get(
      path(Object.fromEntries(Object.entries(all).filter(([key]) => key !== name))),
    )
    expect([name, status, body.field]).toEqual([name, 400, name])
  }
})

test('a pull that waits is answered by the next message', async () => {
  const began = performance.now()
  const waiting = messaging.get('/api/pull?chat=wai:ter&wait=20000')
  await messaging.send('wai:ter', 'wai', 'at last')
  expect((await waiting).body.messages[0].text).toBe('at last')
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('a pull that waits in vain is an empty page in time', async () => {
  const began = performance.now()
  const { body } = await messaging.get('/api/pull?chat=in:vain&wait=300')
  expect(body).toEqual({ messages: [], has_more: false, next_cursor: 1 })
  expect(performance.now() - began).toBeGreaterThan(290)
})

test('the documents describe every call', async () => {
  const { body } = await messaging.get('/docs/json')
  expect(Object.keys(body.paths).sort()).toEqual([
    '/api/pull',
    '/api/pull/messages',
    '/api/send',
    '/ping',
  ])
})

function getWithBody(path: string, body: object): Promise<{ messages: { text: string }[] }> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body)
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    }
    const asked = request(messaging.url + path, { method: 'GET', headers }, (answer) => {
      let found = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (found += chunk))
      answer.on('end', () => resolve(JSON.parse(found)))
    })
    asked.on('error', reject)
    asked.end(text)
  })
}
