// The polls by time against what makes times a bad cursor: rows that commit late, and clocks that differ.

import { startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  ask,
  runHelpdesk,
  type Answer,
  type Caller,
  type Json,
  type RunningHelpdesk,
} from '../../test/running-helpdesk.ts'

let host: PostgresHost
let helpdesk: RunningHelpdesk

beforeAll(async () => {
  host = await startTestPostgres()
  helpdesk = await runHelpdesk(host, { instances: 2 })
})
afterAll(async () => {
  await helpdesk[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

/** A page that polls by its own clock: since is the time of its previous poll, as public clients send it. */
class Page {
  /** Ids as they were told, repeated ones too. */
  readonly told: string[] = []
  since: number
  readonly #caller: Caller
  readonly #ahead_ms: number

  constructor(caller: Caller, ahead_ms: number) {
    this.#caller = caller
    this.#ahead_ms = ahead_ms
    this.since = this.#now()
  }

  async poll(): Promise<void> {
    const now = this.#now()
    const since = new Date(this.since).toISOString().replace('Z', '')
    const path = `/api/messages/updates?userId=${this.#caller.id}&since=${since}`
    const { status, body } = await this.#caller.get(path)
    if (status !== 200) throw new Error(`${path} answered ${status}`)
    this.told.push(...body.map(({ id }: Json) => id))
    this.since = now
  }

  #now(): number {
    return Date.now() + this.#ahead_ms
  }
}

/** What a statement does that sends a message, as far as its version; the rest comes when `finish` is called. */
async function beginSending(slow: Client, caller: Caller, conversation: string) {
  await slow.query('begin')
  const { rows } = await slow.query(
    `update audiences set version = greatest(version + 1, microseconds_now()),
       changed_by = pg_current_xact_id() where id = $1 returning version`,
    [caller.id],
  )
  const version = Number(rows[0].version)
  return {
    version_ms: version / 1_000,
    finish: async (): Promise<string> => {
      const sent = await slow.query(
        `insert into messages
           (conversation_id, seq, sender_id, sender_username, sender_role, content, created_at)
         values ($1, 1, $2, $3, 'initiator', 'late', to_timestamp($4::bigint / 1e6)) returning id::text`,
        [conversation, caller.id, caller.username, version],
      )
      await slow.query('update conversations set last_seq = 1 where id = $1', [conversation])
      await slow.query(
        `insert into feed (user_id, version, conversation_id, from_seq, to_seq)
         values ($1, $2, $3, 1, 1)`,
        [caller.id, version, conversation],
      )
      await slow.query('commit')
      return sent.rows[0].id
    },
  }
}

test.each([
  ['right', 0],
  ['almost two seconds ahead', 1_900],
  ['two seconds behind', -2_000],
])(
  'a message that commits after later polls were answered is told to them still, by a clock that is %s',
  async (_, ahead_ms) => {
    const caller = await helpdesk.register()
    const conversation = await ask(caller)
    const slow = new Client({ connectionString: helpdesk.database.url })
    await slow.connect()
    try {
      const pages = helpdesk.urls.map((url) => new Page(caller.at(url), ahead_ms))
      const pollAll = () => Promise.all(pages.map((page) => page.poll()))
      const { version_ms, finish } = await beginSending(slow, caller, conversation)
      // Polls that ask from half a second after its time on, by that clock, have been answered without it.
      const isPast = async () => {
        await pollAll()
        return pages.every(({ since }) => since > version_ms + ahead_ms + 500)
      }
      expect(await until(isPast, { deadline_ms: 5_000 })).toBe(true)
      expect(pages.flatMap(({ told }) => told)).toEqual([])
      const id = await finish()
      const isTold = async () => {
        await pollAll()
        return pages.every(({ told }) => told.length > 0)
      }
      expect(await until(isTold, { deadline_ms: 2_000 })).toBe(true)
      for (const { told } of pages) expect([...new Set(told)]).toEqual([id])
    } finally {
      await slow.end()
    }
  },
)

test('whoever asks for the queue since long ago is told that its page is complete', async () => {
  await using busy = await runHelpdesk(host, { environment: { QUEUE_PAGE: '3' } })
  const asker = await busy.register()
  const watcher = await busy.register()
  const since = new Date().toISOString()
  const ids: string[] = []
  for (let n = 0; n < 5; n += 1) ids.push(await ask(asker))
  const path = `/api/expert-queue/updates?expertId=${watcher.id}&since=${since}`
  const { body } = await watcher.get(path)
  const shown = body[0].waitingConversations.map(({ id }: Json) => id)
  expect([shown, body[0].complete]).toEqual([ids.slice(0, 3), true])
})

test('whoever knows the page is told what moves up when one leaves it', async () => {
  await using busy = await runHelpdesk(host, { environment: { QUEUE_PAGE: '3' } })
  const asker = await busy.register()
  const [expert, watcher] = [await busy.register(), await busy.register()]
  const ids: string[] = []
  for (let n = 0; n < 4; n += 1) ids.push(await ask(asker))
  const { body: page } = await watcher.get('/api/updates')
  expect(page.queue.waitingConversations.map(({ id }: Json) => id)).toEqual(ids.slice(0, 3))
  await expert.post(`/expert/conversations/${ids[0]}/claim`)
  const { body } = await watcher.get(`/api/updates?cursor=${page.cursor}`)
  const shown = body.queue.waitingConversations.map(({ id }: Json) => id)
  expect([body.queue.removed, body.queue.total]).toEqual([[ids[0]], 3])
  expect(shown).toContain(ids[3])
})

test('whoever asks from before the first change is told the page, and no departure that they never heard of', async () => {
  await using small = await runHelpdesk(host)
  const [asker, expert, watcher] = [
    await small.register(),
    await small.register(),
    await small.register(),
  ]
  const [taken, left] = [await ask(asker), await ask(asker)]
  await expert.post(`/expert/conversations/${taken}/claim`)
  const path = `/api/expert-queue/updates?expertId=${watcher.id}&since=1970-01-01T00:00:00`
  const byTime = (await watcher.get(path)).body[0]
  const byCursor = (await watcher.get('/api/updates?cursor=0-0')).body.queue
  for (const { waitingConversations, removed, complete } of [byTime, byCursor]) {
    const shown = waitingConversations.map(({ id }: Json) => id)
    expect([shown, removed, complete]).toEqual([[left], [], true])
  }
})

test('what is too much for one answer is on the pages that the Link header names', async () => {
  const caller = await helpdesk.register()
  const conversation = await ask(caller)
  const since = new Date().toISOString()
  await helpdesk.sql(
    `with added as (
       insert into messages
         (conversation_id, seq, sender_id, sender_username, sender_role, content, created_at)
       select $1, n, $2, $3, 'initiator', 'line ' || n, now() from generate_series(1, 2500) as n
       returning seq
     ), bumped as (
       update audiences set version = version + 2500, changed_by = pg_current_xact_id()
       where id = $2 returning version - 2500 as before
     )
     insert into feed (user_id, version, conversation_id, from_seq, to_seq)
     select $2, before + seq, $1, seq, seq from added, bumped`,
    [conversation, caller.id, caller.username],
  )
  for (const [what, sizes, different] of [
    ['messages', [1_000, 1_000, 500], 2_500],
    ['conversations', [1, 1, 1], 1],
  ] as const) {
    const told: string[] = []
    const found: number[] = []
    let path: string | undefined = `/api/${what}/updates?userId=${caller.id}&since=${since}`
    while (path !== undefined && found.length < 10) {
      const { body, headers }: Answer = await caller.get(path)
      found.push(body.length)
      told.push(...body.map(({ id }: Json) => id))
      path = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
    }
    expect([what, found, new Set(told).size]).toEqual([what, sizes, different])
  }
})

test('a poll of the queue names what the caller is assigned no longer, and nothing that they have just claimed', async () => {
  const [asker, expert] = [await helpdesk.register(), await helpdesk.register()]
  const since = new Date().toISOString()
  const poll = async () => {
    const path = `/api/expert-queue/updates?expertId=${expert.id}&since=${since}`
    return (await expert.get(path)).body[0]
  }
  const id = await ask(asker)
  await expert.post(`/expert/conversations/${id}/claim`)
  const isOwn = expect.objectContaining({ id })
  expect(await poll()).toMatchObject({ assignedConversations: [isOwn], ended: [] })
  await asker.at(helpdesk.urls[1]!).post(`/expert/conversations/${id}/resolve`)
  const isTold = async () => (await poll()).ended.includes(id)
  expect(await until(isTold, { deadline_ms: 2_000 })).toBe(true)
  expect((await poll()).assignedConversations).toEqual([])
})
