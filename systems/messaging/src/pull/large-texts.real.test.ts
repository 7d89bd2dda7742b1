// Pages of the largest texts fit into the calls to the stores.

import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type Json, type RunningMessaging } from '../../test/running-messaging.ts'

const crowd = 120
// JSON makes the second six times larger.
const texts = { 'large:plain': 'x'.repeat(16_384), 'large:tail': '\u0001'.repeat(16_384) }
let messaging: RunningMessaging
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  // However slow the machine is: what is looked at here is size.
  const edge = { CALLS_PER_STORE: '1', CALL_TIMEOUT_MS: '15000', ANSWER_WITHIN_MS: '45000' }
  const store = { STATEMENT_TIMEOUT_MS: '7000', QUEUE_TIMEOUT_MS: '7000' }
  messaging = stack.use(await runMessaging(host, { stores: 1, edge, store }))
  for (const [chat, text] of Object.entries(texts)) {
    const sent = Array.from({ length: crowd }, () => messaging.send(chat, 'large', text))
    const refused = (await Promise.all(sent)).find(({ status }) => status !== 200)
    if (refused !== undefined) throw new Error(JSON.stringify(refused))
  }
})
afterAll(() => stack.disposeAsync())

test('many pulls of large pages at once are answered, and no store is left out', async () => {
  const paths = Array.from({ length: 20 }, (_, i) => 100 - i).flatMap((limit) =>
    Object.keys(texts).map((chat) => `/api/pull?chat=${chat}&limit=${limit}`),
  )
  const answers = await Promise.all(paths.map((path) => messaging.get(path)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(answers.every(({ body }) => body.messages.length > 0 && body.has_more)).toBe(true)
  const metrics = await (await fetch(`${messaging.url}/metrics`)).text()
  expect(metrics).toMatch(/store_ejections_total 0\n/)
})

for (const chat of Object.keys(texts)) {
  for (const reverse of [false, true]) {
    test(`pages of ${chat} visit each once, ${reverse ? 'backwards' : 'forwards'}`, async () => {
      const seqs: number[] = []
      for (let cursor = 0, more = true; more;) {
        const query = `chat=${chat}&limit=100&reverse=${reverse}&cursor=${cursor}`
        const { body } = await messaging.get(`/api/pull?${query}`)
        seqs.push(...body.messages.map(({ seq }: Json) => seq))
        cursor = body.next_cursor
        more = body.has_more
      }
      const expected = Array.from({ length: crowd }, (_, i) => i + 1)
      expect(seqs).toEqual(reverse ? expected.toReversed() : expected)
    })
  }
}
