// Cursors are exact: however many messages share a microsecond, paging visits each once, in both directions, while
// others are sending.

import { startTestPostgres } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runMessaging, type RunningMessaging } from '../../test/running-messaging.ts'

interface PageMessage {
  readonly seq: number
  readonly send_time: number
  readonly text: string
}

const crowd = 10_000
const readers = 20
const chat = 'crowd:ed'
let messaging: RunningMessaging
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const host = stack.use(await startTestPostgres())
  // However slow the machine is.
  const store = { STATEMENT_TIMEOUT_MS: '7000', QUEUE_TIMEOUT_MS: '7000' }
  const edge = { CALLS_PER_STORE: '2', CALL_TIMEOUT_MS: '30000', ANSWER_WITHIN_MS: '60000' }
  messaging = stack.use(await runMessaging(host, { edge, store }))
  const numbers = Array.from({ length: crowd }, (_, n) => n)
  // The senders press on all at once: a statement times hundreds of messages in the same microsecond.
  for (let n = 0; n < crowd; n += 2_000) {
    const answers = await Promise.all(
      numbers.slice(n, n + 2_000).map((i) => messaging.send(chat, 'crowd', `text ${i}`)),
    )
    const refused = answers.find(({ status }) => status !== 200)
    if (refused !== undefined) throw new Error(JSON.stringify(refused))
  }
})
afterAll(() => stack.disposeAsync())

test('the crowd is numbered from 1 without gaps, each later than the one before', async () => {
  const rows = await messaging.sql(
    'select seq, send_time, text from messages where chat = $1 order by seq',
    [chat],
  )
  expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, i) => i + 1))
  const times = rows.map(({ send_time }) => Number(send_time))
  expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0))).toBe(true)
  expect(new Set(rows.map(({ text }) => text)).size).toBe(crowd)
  // Proof that it is crowded: neighbours that are a microsecond apart.
  const close = times.filter((time, i) => i > 0 && time - (times[i - 1] ?? 0) === 1).length
  expect(close).toBeGreaterThan(crowd / 2)
})

for (const limit of [100, 7]) {
  test(`pages of ${limit} forwards visit each exactly once while others are sending`, async () => {
    await using _ = senders()
    const found = await visit({ limit, reverse: false, depth: crowd, cursor: 0 })
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: crowd }, (_, i) => i + 1))
  })

  test(`pages of ${limit} backwards visit each exactly once while others are sending`, async () => {
    await using _ = senders()
    const found = await visit({ limit, reverse: true, depth: Infinity, cursor: 0 })
    const newest = found[0]?.seq ?? 0
    expect(newest).toBeGreaterThanOrEqual(crowd)
    expect(found.map(({ seq }) => seq)).toEqual(
      Array.from({ length: newest }, (_, i) => newest - i),
    )
  })
}

// One by one is slow, so readers share the way: each begins where the one before it ends.
for (const reverse of [false, true]) {
  const way = reverse ? 'backwards' : 'forwards'
  test(`pages of 1 ${way} visit each exactly once while others are sending`, async () => {
    const rows = await messaging.sql(
      `select send_time from messages where chat = $1 and seq <= $2 order by seq ${reverse ? 'desc' : 'asc'}`,
      [chat, crowd],
    )
    const depth = crowd / readers
    await using _ = senders()
    const parts = await Promise.all(
      Array.from({ length: readers }, (_, n) =>
        visit({ limit: 1, reverse, depth, cursor: Number(rows[n * depth]?.['send_time']) }),
      ),
    )
    const numbers = Array.from({ length: crowd }, (_, i) => (reverse ? crowd - i : i + 1))
    expect(parts.flat().map(({ seq }) => seq)).toEqual(numbers)
  })
}

async function visit({
  limit,
  reverse,
  depth,
  cursor,
}: {
  limit: number
  reverse: boolean
  depth: number
  cursor: number
}): Promise<PageMessage[]> {
  const found: PageMessage[] = []
  while (found.length < depth) {
    const path = `/api/pull?chat=${chat}&limit=${limit}&reverse=${reverse}&cursor=${cursor}`
    const { status, body } = await messaging.get(path)
    expect(status).toBe(200)
    found.push(...(body.messages as PageMessage[]))
    if (body.has_more !== true) break
    cursor = body.next_cursor
  }
  return found.slice(0, depth)
}

/** Somebody else, who sends into the same chat until disposed of. */
function senders(): AsyncDisposable {
  const over = new AbortController()
  let sent = 0
  const work = (async () => {
    while (!over.signal.aborted) {
      const { status } = await messaging.send(chat, 'ed', 'meanwhile')
      if (status === 200) sent++
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      over.abort()
      await work
      if (sent === 0) throw new Error('nobody else was sending')
    },
  }
}
