// What both sides of a conversation are told while instances are killed, started and the database restarts.

import { migrateDatabase } from '@plimsoll/service/migrate'
import { killablePool, startTestPostgres, until, type PostgresHost } from '@plimsoll/stores'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { addCrowd } from '../test/crowd.ts'
import { startServing } from '../test/helpdesk-process.ts'
import { tokenSecret, type Caller, type Json } from '../test/running-helpdesk.ts'
import { migrationsFolder } from './migrate.ts'

let host: PostgresHost
let pool: Pool

beforeAll(async () => {
  host = await startTestPostgres()
  await migrateDatabase({ url: host.url, folder: migrationsFolder })
  pool = killablePool(host.url, { max: 2 })
})
afterAll(async () => {
  await pool.end()
  await host[Symbol.asyncDispose]()
})

const environment = () => ({
  DATABASE_URL: host.url,
  TOKEN_SECRET: tokenSecret,
  READY_DELAY_MS: '1',
})

/** Where clients find instances that are up; a call goes to one after the other. */
class Doors {
  readonly urls: string[] = []
  #next = 0

  any(): string {
    return this.urls[this.#next++ % this.urls.length] ?? 'http://127.0.0.1:1'
  }
}

/** Sends numbered messages until told to stop; repeats one under its client id until it is acknowledged. */
async function write(
  caller: Caller,
  doors: Doors,
  { conversation, stop }: { conversation: string; stop: AbortSignal },
) {
  let sent = 0
  let failures = 0
  while (!stop.aborted) {
    const content = `${caller.username} ${sent + 1}`
    const body = { conversationId: conversation, content, clientId: content }
    const status = await caller
      .at(doors.any())
      .post('/messages', body)
      .then(
        ({ status }) => status,
        () => 0,
      )
    if (status === 201) sent += 1
    else {
      failures += 1
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return { sent, failures }
}

/** Follows the server's cursor from instance to instance, and polls by time as public clients do. */
class Poller {
  readonly byCursor: string[] = []
  readonly byTime = new Map<string, string>()
  readonly #caller: Caller
  readonly #doors: Doors
  #cursor: string | undefined
  #since = new Date().toISOString()

  constructor(caller: Caller, doors: Doors) {
    this.#caller = caller
    this.#doors = doors
  }

  async poll(): Promise<void> {
    const { id } = this.#caller
    const asked = new Date().toISOString()
    const caller = this.#caller.at(this.#doors.any())
    const query = this.#cursor === undefined ? '' : `?cursor=${this.#cursor}`
    const answer = await caller.get(`/api/updates${query}`).catch(() => undefined)
    if (answer?.status === 200) {
      this.#cursor = answer.body.cursor
      this.byCursor.push(...answer.body.messages.map(({ content }: Json) => content))
    }
    const path = `/api/messages/updates?userId=${id}&since=${this.#since}`
    const timed = await this.#caller
      .at(this.#doors.any())
      .get(path)
      .catch(() => undefined)
    if (timed?.status === 200) {
      this.#since = asked
      for (const message of timed.body) this.byTime.set(message.id, message.content)
    }
  }

  async follow(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.poll()
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }
}

test('messages are seen exactly once and in order by both sides while instances and the database come and go', async (context) => {
  if (host.server === null) context.skip('the database is not ours to restart')
  const doors = new Doors()
  const first = await startServing(environment())
  await using second = await startServing(environment())
  doors.urls.push(first.url, second.url)
  const sql = async (text: string, values: readonly unknown[] = []) =>
    (await pool.query(text, [...values])).rows
  const crowd = await addCrowd({ sql, url: second.url }, { count: 12, prefix: `p${process.pid}` })
  const pairs = crowd.slice(0, 6).map((asker, i) => ({ asker, expert: crowd[i + 6]! }))
  const [writing, polling] = [new AbortController(), new AbortController()]
  const pollers: { poller: Poller; pair: (typeof pairs)[number] }[] = []
  const running = await Promise.all(
    pairs.map(async (pair) => {
      const conversation = (await pair.asker.post('/conversations', { title: 'Once' })).body
        .id as string
      for (const side of [pair.asker, pair.expert])
        pollers.push({ poller: new Poller(side, doors), pair })
      await Promise.all(pollers.map(({ poller }) => poller.poll()))
      await pair.expert.post(`/expert/conversations/${conversation}/claim`)
      const options = { conversation, stop: writing.signal }
      return [write(pair.asker, doors, options), write(pair.expert, doors, options)]
    }),
  )
  const following = pollers.map(({ poller }) => poller.follow(polling.signal))
  const told = () => pollers.reduce((sum, { poller }) => sum + poller.byCursor.length, 0)
  const grows = async (by: number) => {
    const goal = told() + by
    expect(await until(() => told() > goal, { deadline_ms: 20_000 })).toBe(true)
  }
  await grows(200)
  first.child.kill('SIGKILL')
  await first.ended
  await grows(100)
  doors.urls.shift()
  await using third = await startServing(environment())
  doors.urls.push(third.url)
  await grows(200)
  await host.server!.kill()
  await host.server!.restart()
  await grows(200)
  writing.abort()
  const ends = await Promise.all(running.flat())
  // Both faults were felt: somebody's message was not acknowledged at first.
  expect(ends.some(({ failures }) => failures > 0)).toBe(true)
  const sentBy = new Map(
    pairs.flatMap(
      ({ asker, expert }, i) =>
        [
          [asker.username, ends[2 * i]!.sent],
          [expert.username, ends[2 * i + 1]!.sent],
        ] as const,
    ),
  )
  const expected = ({ asker, expert }: (typeof pairs)[number]) =>
    [asker.username, expert.username].map((name) =>
      Array.from({ length: sentBy.get(name)! }, (_, n) => `${name} ${n + 1}`),
    )
  const isDone = () =>
    pollers.every(({ poller, pair }) => {
      const all = expected(pair).flat().length
      return poller.byCursor.length >= all && poller.byTime.size >= all
    })
  await until(isDone, { deadline_ms: 10_000 })
  polling.abort()
  await Promise.all(following)
  for (const { poller, pair } of pollers) {
    for (const list of expected(pair)) {
      const [name = ''] = list[0]?.split(' ') ?? []
      const isBy = (content: string) => content.startsWith(`${name} `)
      expect(poller.byCursor.filter(isBy)).toEqual(list)
      expect([...poller.byTime.values()].filter(isBy).toSorted()).toEqual(list.toSorted())
    }
  }
  // Both sides are told the messages of a conversation in one order.
  for (let i = 0; i < pollers.length; i += 2) {
    expect(pollers[i]!.poller.byCursor).toEqual(pollers[i + 1]!.poller.byCursor)
  }
}, 120_000)
