import { startTestPostgres, type PostgresHost, until } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { addCrowd } from '../../test/crowd.ts'
import {
  ask,
  runHelpdesk,
  type Caller,
  type Json,
  type RunningHelpdesk,
} from '../../test/running-helpdesk.ts'
import { whileHeld } from '../../test/while-held.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host, {
    instances: 4,
    environment: { LEASE_MS: '1500', POOL_SIZE: '4' },
  })
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

test('200 experts claim 1,000 conversations through 4 instances: one winner each, and the feed of every winner knows', async () => {
  // On a slow machine they wait for each other longer than a client would.
  const environment = { QUEUE_TIMEOUT_MS: '60000', STATEMENT_TIMEOUT_MS: '60000' }
  await using busy = await runHelpdesk(host, { instances: 4, environment })
  const [asker] = await addCrowd(busy, { count: 1, prefix: 'asker' })
  const experts = await addCrowd(busy, { count: 200 })
  const ids = await Promise.all(Array.from({ length: 1_000 }, () => ask(asker!)))
  const wins = new Map<string, string[]>()
  const statuses = new Map<number, number>()
  // Each conversation is wanted by eight experts at the same moment, two on each instance.
  const claimAll = async (expert: Caller, e: number) => {
    const caller = expert.at(busy.urls[e % busy.urls.length]!)
    for (let i = Math.floor(e / 8); i < ids.length; i += 25) {
      const id = ids[i]!
      const { status } = await caller.post(`/expert/conversations/${id}/claim`)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (status === 200) wins.set(id, [...(wins.get(id) ?? []), caller.id])
    }
  }
  await Promise.all(experts.map(claimAll))
  expect(Object.fromEntries(statuses)).toEqual({ 200: 1_000, 422: 7_000 })
  expect([...wins.values()].every((winners) => winners.length === 1)).toBe(true)
  const rows = await busy.sql('select id::text, expert_id::text, status from conversations')
  const found = rows.map(({ id, expert_id, status }) => [id, expert_id, status])
  expect(
    found.every(
      ([id, expert, status]) => wins.get(String(id))?.[0] === expert && status === 'active',
    ),
  ).toBe(true)
  expect((await experts[0]!.get('/expert/queue')).body.totalWaiting).toBe(0)
  const { body } = await experts[0]!.get('/api/updates')
  const own = [...wins].filter(([, [winner]]) => winner === experts[0]!.id).map(([id]) => id)
  expect(body.conversations.map(({ id }: Json) => id).sort()).toEqual(own.sort())
})

test('the same expert claims twice: both succeed, and there is one claim', async () => {
  const [asker, expert] = [await helpdesk.register(), await helpdesk.register()]
  const id = await ask(asker)
  const claim = `/expert/conversations/${id}/claim`
  const both = await whileHeld(
    helpdesk,
    id,
    [1, 2].map((i) => () => expert.at(helpdesk.urls[i]!).post(claim)),
  )
  expect(both.map(({ status }) => status)).toEqual([200, 200])
  expect((await expert.get('/expert/assignments/history')).body).toHaveLength(1)
})

/** A conversation whose expert has answered: it does not return to the queue by itself. */
async function answered() {
  const [asker, expert] = [await helpdesk.register(), await helpdesk.register()]
  const id = await ask(asker)
  await expert.post(`/expert/conversations/${id}/claim`)
  await expert.post('/messages', { conversationId: id, content: 'Here I am.' })
  const at = (caller: Caller, i: number) => caller.at(helpdesk.urls[i]!)
  return { asker: at(asker, 1), expert: at(expert, 2), id }
}

test('a rating is kept that comes while the expert resolves', async () => {
  const { asker, expert, id } = await answered()
  const resolve = `/expert/conversations/${id}/resolve`
  const both = await whileHeld(helpdesk, id, [
    () => expert.post(resolve),
    () => asker.post(resolve, { rating: 5 }),
  ])
  expect(both.map(({ status }) => status)).toEqual([200, 200])
  expect((await expert.get('/expert/assignments/history')).body).toMatchObject([
    { conversationId: id, status: 'resolved', rating: 5 },
  ])
})

test('who resolves what has returned to the queue meanwhile is told so', async () => {
  const { asker, expert, id } = await answered()
  const [given, resolved] = await whileHeld(helpdesk, id, [
    () => expert.post(`/expert/conversations/${id}/unclaim`),
    () => expert.at(helpdesk.urls[3]!).post(`/expert/conversations/${id}/resolve`),
  ])
  expect([given?.status, resolved?.status]).toEqual([200, 403])
  expect((await asker.get(`/conversations/${id}`)).body.status).toBe('waiting')
})

test('a claimed and silent conversation returns to the queue, and the trail says so', async () => {
  const [asker, silent, talkative] = [
    await helpdesk.register(),
    await helpdesk.register(),
    await helpdesk.register(),
  ]
  const [left, kept] = [await ask(asker), await ask(asker)]
  await silent.post(`/expert/conversations/${left}/claim`)
  await talkative.post(`/expert/conversations/${kept}/claim`)
  await talkative.post('/messages', { conversationId: kept, content: 'I am here.' })
  const { body: before } = await silent.get('/api/updates')
  const isBack = async () => (await asker.get(`/conversations/${left}`)).body.status === 'waiting'
  expect(await until(isBack, { deadline_ms: 8_000 })).toBe(true)
  // Whoever ended the lease, every instance knows within 250 ms.
  const isTold = async () =>
    (await silent.get(`/api/updates?cursor=${before.cursor}`)).body.removed.includes(left)
  expect(await until(isTold, { deadline_ms: 2_000 })).toBe(true)
  expect((await silent.get('/expert/assignments/history')).body).toMatchObject([
    { conversationId: left, status: 'expired' },
  ])
  // The expert who answered has done their part: it is the questioner's turn.
  expect((await asker.get(`/conversations/${kept}`)).body.status).toBe('active')
})

test('who claims a conversation is told its messages once, and of a second claim only what is new', async () => {
  const [asker, expert] = [await helpdesk.register(), await helpdesk.register()]
  const id = await ask(asker)
  const say = (content: string) => asker.post('/messages', { conversationId: id, content })
  for (let n = 1; n <= 25; n++) await say(`m${n}`)
  let { cursor } = (await expert.get('/api/updates')).body
  const told: string[] = []
  const poll = async () => {
    const { body } = await expert.get(`/api/updates?cursor=${cursor}`)
    cursor = body.cursor
    told.push(...body.messages.map(({ content }: Json) => content))
  }
  await expert.post(`/expert/conversations/${id}/claim`)
  await poll()
  await expert.post(`/expert/conversations/${id}/unclaim`)
  await say('m26')
  await poll()
  expect(told).toHaveLength(25)
  await expert.post(`/expert/conversations/${id}/claim`)
  await say('m27')
  await poll()
  expect(told).toEqual(Array.from({ length: 27 }, (_, i) => `m${i + 1}`))
})
