import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  ask,
  call,
  runHelpdesk,
  type Caller,
  type Json,
  type RunningHelpdesk,
} from '../../test/running-helpdesk.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk
let writer: string
let reader: string

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host, { instances: 2 })
  ;[writer = '', reader = ''] = helpdesk.urls
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

async function statements(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return [...text.matchAll(/^coalesced_statements_total\{.*\} (\d+)$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  )
}

async function cursorOf(caller: Caller): Promise<string> {
  return (await caller.get('/api/updates')).body.cursor
}

test('a change is in the next poll on the instance that wrote it', async () => {
  const caller = await helpdesk.register()
  const cursor = await cursorOf(caller)
  for (let n = 0; n < 20; n++) {
    const id = await ask(caller)
    const { body } = await caller.get(`/api/updates?cursor=${cursor}`)
    expect(body.conversations.map((one: Json) => one.id)).toContain(id)
    expect(body.queue.waitingConversations.map((one: Json) => one.id)).toContain(id)
  }
})

test('a change is visible on every other instance within 250 ms', async () => {
  const caller = await helpdesk.register()
  const elsewhere = caller.at(reader)
  const late: number[] = []
  for (let n = 0; n < 10; n++) {
    const cursor = await cursorOf(elsewhere)
    await ask(caller.at(writer))
    const since = performance.now()
    const isTold = async () =>
      (await elsewhere.get(`/api/updates?cursor=${cursor}`)).body.conversations.length > 0
    expect(await until(isTold, { deadline_ms: 2_000, every_ms: 5 })).toBe(true)
    late.push(performance.now() - since)
  }
  // One turn of a shared machine may be lost; the usual must hold.
  expect(late.toSorted((a, b) => a - b)[8]).toBeLessThan(250)
})

test('empty polls send no statement, by cursor, by tag and by time', async () => {
  const caller = await helpdesk.register()
  const cursor = await cursorOf(caller)
  const since = new Date(Date.now() + 10_000).toISOString()
  const paths = [
    `/api/updates?cursor=${cursor}`,
    `/api/conversations/updates?userId=${caller.id}&since=${since}`,
    `/api/messages/updates?userId=${caller.id}&since=${since}`,
    `/api/expert-queue/updates?expertId=${caller.id}&since=${since}`,
  ]
  for (const path of paths) await caller.get(path)
  const before = await statements(caller.at(writer) && writer)
  for (let n = 0; n < 50; n++) {
    for (const path of paths) expect((await caller.get(path)).status).toBe(200)
    const tagged = await caller.get('/api/updates', { 'if-none-match': `"${cursor}"` })
    expect(tagged.status).toBe(304)
  }
  // Leases are looked for once a second.
  expect((await statements(writer)) - before).toBeLessThan(5)
})

test('a transaction that began before others and commits after them is not lost by any cursor', async () => {
  const [early, late] = [await helpdesk.register(), await helpdesk.register()]
  const slow = new Client({ connectionString: helpdesk.database.url })
  await slow.connect()
  try {
    const cursor = await cursorOf(early)
    const elsewhere = await cursorOf(early.at(reader))
    await slow.query('begin')
    // What a statement does for one audience, held open.
    const { rows } = await slow.query(
      `update audiences set version = greatest(version + 1, microseconds_now()),
         changed_by = pg_current_xact_id() where id = $1 returning version`,
      [early.id],
    )
    const id = await ask(late)
    await until(async () => (await late.at(reader).get('/conversations')).body.length > 0, {
      deadline_ms: 2_000,
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await early.get(`/api/updates?cursor=${cursor}`)).body.conversations).toEqual([])
    await slow.query('insert into feed (user_id, version, conversation_id) values ($1, $2, $3)', [
      early.id,
      rows[0].version,
      id,
    ])
    await slow.query(
      'update conversations set expert_id = $1, expert_username = $2, status = $4 where id = $3',
      [early.id, early.username, id, 'active'],
    )
    await slow.query('commit')
    for (const [caller, from] of [
      [early, cursor],
      [early.at(reader), elsewhere],
    ] as const) {
      const isTold = async () => {
        const { body } = await caller.get(`/api/updates?cursor=${from}`)
        return body.conversations.some((one: Json) => one.id === id)
      }
      expect(await until(isTold, { deadline_ms: 1_000 })).toBe(true)
    }
  } finally {
    await slow.end()
  }
})

test('a change of the queue that commits late holds up nobody, and every place handed out meanwhile is told of it', async () => {
  const [asker, watcher] = [await helpdesk.register(), await helpdesk.register()]
  const slow = new Client({ connectionString: helpdesk.database.url })
  await slow.connect()
  const stopping = new AbortController()
  try {
    const old = await ask(asker)
    const stream = await fetch(`${reader}/api/updates/stream`, {
      headers: { authorization: `Bearer ${watcher.token}` },
      signal: stopping.signal,
    })
    let streamed = ''
    const reading = (async () => {
      for await (const chunk of stream.body!) streamed += Buffer.from(chunk).toString()
    })().catch(() => undefined)
    await slow.query('begin')
    await slow.query(
      `update conversations set title = 'Late', queue_changed_by = pg_current_xact_id(),
         queue_version = greatest(queue_version + 1, microseconds_now()) where id = $1`,
      [old],
    )
    const fresh = await ask(asker, 'Meanwhile')
    const polls = [writer, reader].map((url) => ({ caller: watcher.at(url), place: '0-0' }))
    const shown = async (poll: { caller: Caller; place: string }) => {
      const { body } = await poll.caller.get(`/api/updates?cursor=${poll.place}`)
      poll.place = body.cursor
      return (body.queue?.waitingConversations ?? []) as Json[]
    }
    const isShown = (poll: (typeof polls)[number], title: string, id: string) => async () =>
      (await shown(poll)).some((one) => one.id === id && one.title === title)
    for (const poll of polls) {
      expect(await until(isShown(poll, 'Meanwhile', fresh), { deadline_ms: 1_000 })).toBe(true)
    }
    const isStreamed = (title: string) => () => streamed.includes(`"title":"${title}"`)
    expect(await until(isStreamed('Meanwhile'), { deadline_ms: 1_000 })).toBe(true)
    const tag = { 'if-none-match': `"${polls[0]!.place}"` }
    const newest = await ask(asker, 'Newest')
    const tagged = await watcher.at(writer).get('/api/updates', tag)
    const inTagged = (tagged.body?.queue?.waitingConversations ?? []) as Json[]
    expect(inTagged.map(({ id }) => id)).toContain(newest)
    const since = new Date().toISOString()
    const meanwhile = polls.map((poll) => ({ ...poll }))
    expect(streamed).not.toContain('"title":"Late"')
    await slow.query('commit')
    for (const poll of [...polls, ...meanwhile]) {
      expect(await until(isShown(poll, 'Late', old), { deadline_ms: 1_000 })).toBe(true)
    }
    const byTime = `/api/expert-queue/updates?expertId=${watcher.id}&since=${since}`
    const { body } = await watcher.at(reader).get(byTime)
    expect(body[0].waitingConversations.map(({ title }: Json) => title)).toContain('Late')
    expect(await until(isStreamed('Late'), { deadline_ms: 1_000 })).toBe(true)
    // Told once more at most: then there is nothing to tell.
    for (const poll of polls) {
      const isSettled = async () => (await shown(poll)).length === 0
      expect(await until(isSettled, { deadline_ms: 1_000 })).toBe(true)
    }
    stopping.abort()
    await reading
  } finally {
    stopping.abort()
    await slow.end()
  }
})

test('a cursor of another database is told the queue from the beginning', async () => {
  const [asker, watcher] = [await helpdesk.register(), await helpdesk.register()]
  const id = await ask(asker)
  const elsewhere = `0-${(1_795_176_000_123_456).toString(36)}`
  const { body } = await watcher.get(`/api/updates?cursor=${elsewhere}`)
  expect(body.queue.complete).toBe(true)
  expect(body.queue.waitingConversations.map((one: Json) => one.id)).toContain(id)
  expect(body.cursor).not.toBe(elsewhere)
})

test('a stream pushes what the poll would tell, and ends with the service', async () => {
  const caller = await helpdesk.register()
  const stopping = new AbortController()
  const answer = await fetch(`${reader}/api/updates/stream`, {
    headers: { authorization: `Bearer ${caller.token}` },
    signal: stopping.signal,
  })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  let text = ''
  const reading = (async () => {
    for await (const chunk of answer.body!) text += Buffer.from(chunk).toString()
  })().catch(() => undefined)
  expect(await until(() => text.includes('event: updates'), { deadline_ms: 2_000 })).toBe(true)
  const id = await ask(caller.at(writer), 'Pushed')
  expect(await until(() => text.includes(`{"id":"${id}"`), { deadline_ms: 2_000 })).toBe(true)
  const events = text.split('\n\n').filter((event) => event.startsWith('id: '))
  const last = /^id: (\S+)\nevent: updates\ndata: (.*)$/.exec(events.at(-1) ?? '')
  expect(JSON.parse(last?.[2] ?? '{}').cursor).toBe(last?.[1])
  stopping.abort()
  await reading
})

test('one user has twenty streams at most, others have theirs all the same', async () => {
  const [greedy, other] = [await helpdesk.register(), await helpdesk.register()]
  const leaving = new AbortController()
  // An answer that nobody holds is cancelled when the garbage is collected.
  const held: Response[] = []
  const open = async ({ token }: Caller) => {
    const answer = await fetch(`${reader}/api/updates/stream`, {
      headers: { authorization: `Bearer ${token}` },
      signal: leaving.signal,
    })
    held.push(answer)
    return answer.status
  }
  const statuses = []
  for (let n = 1; n <= 21; n++) statuses.push(await open(greedy))
  expect(statuses).toEqual([...Array<number>(20).fill(200), 429])
  expect(await open(other)).toBe(200)
  expect(held).toHaveLength(22)
  leaving.abort()
})

test('a stream ends when its token does', async () => {
  await using brief = await runHelpdesk(host, { environment: { TOKEN_LIFETIME_S: '2' } })
  const caller = await brief.register()
  const answer = await fetch(`${brief.url}/api/updates/stream`, {
    headers: { authorization: `Bearer ${caller.token}` },
  })
  await answer.text()
  expect(
    (
      await call(`${brief.url}/api/updates`, {
        headers: { authorization: `Bearer ${caller.token}` },
      })
    ).status,
  ).toBe(401)
})
