// Messages as long as they may be: no answer holds so many of them that a few requests fill the memory.

import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  ask,
  runHelpdesk,
  type Answer,
  type Caller,
  type Json,
  type RunningHelpdesk,
} from '../../test/running-helpdesk.ts'

const count = 70
/** 40,000 bytes. */
const longest = '😀'.repeat(10_000)
/** A page and the message that crosses its end, with what stands around the texts. */
const most_bytes = 1_048_576 + 40_000 + 20_000

let host: PostgresHost
let helpdesk: RunningHelpdesk
let asker: Caller
let conversation: string
let sent: string[]

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host)
  asker = await helpdesk.register()
  conversation = await ask(asker)
  sent = []
  for (let n = 0; n < count; n += 1) {
    const json = { conversationId: conversation, content: longest }
    sent.push((await asker.post('/messages', json)).body.id)
  }
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

function idsIn({ body }: Answer, messages: Json[]): string[] {
  expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(most_bytes)
  return messages.map(({ id }) => id)
}

const linked = ({ headers }: Answer, rel: string) =>
  new RegExp(`<([^>]*)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1]

test('pages of a conversation end early, and lead to all of it in both directions', async () => {
  const path = `/conversations/${conversation}/messages`
  const back: string[] = []
  let pages = 0
  for (let at: string | undefined = path; at !== undefined; pages += 1) {
    const page = await asker.get(at)
    back.unshift(...idsIn(page, page.body))
    at = linked(page, 'prev')
  }
  expect(back).toEqual(sent)
  expect(pages).toBe(3)
  const on: string[] = []
  for (let at: string | undefined = `${path}?after=0`; at !== undefined && on.length < count;) {
    const page = await asker.get(at)
    on.push(...idsIn(page, page.body))
    at = linked(page, 'next')
  }
  expect(on).toEqual(sent)
})

test('so do polls by time and by cursor, which tell each message once', async () => {
  const byTime: string[] = []
  const since = new Date(Date.now() - 60_000).toISOString()
  let at: string | undefined = `/api/messages/updates?userId=${asker.id}&since=${since}`
  while (at !== undefined) {
    const page = await asker.get(at)
    byTime.push(...idsIn(page, page.body))
    at = linked(page, 'next')
  }
  expect(byTime).toEqual(sent)
  const byCursor: string[] = []
  for (let poll = { cursor: '0-0', more: true }; poll.more;) {
    const answer = await asker.get(`/api/updates?cursor=${poll.cursor}`)
    byCursor.push(...idsIn(answer, answer.body.messages))
    poll = answer.body
  }
  expect(byCursor).toEqual(sent)
})

test('without a time or a cursor the newest are told', async () => {
  const byTime = await asker.get(`/api/messages/updates?userId=${asker.id}`)
  const newest = idsIn(byTime, byTime.body)
  expect(newest.length).toBeGreaterThan(20)
  expect(newest).toEqual(sent.slice(-newest.length))
  const first = await asker.get('/api/updates')
  expect(idsIn(first, first.body.messages)).toEqual(newest)
})
