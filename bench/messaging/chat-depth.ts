// What a page costs in a chat of a hundred messages and in one of a million: one request after the other through the
// front door, the two in turns, so that whatever else happens on the machine happens to both.

import assert from 'node:assert/strict'
import type pg from 'pg'
import { median } from '../results.ts'
import { chats, limit } from './bench-workload.ts'

const short = { chat: 'few:short', messages: 100 }
const historyOfEach = 200
const firstTime = 1_700_000_000_000_000
const textOfHistory = `'Received, thank you: I will look at it and write again, number ' || seq`

const insertHistory = `insert into messages (chat, seq, send_time, sender, text)
  select chat, seq, ${firstTime} + seq * 1000, split_part(chat, ':', 1 + (seq % 2)::int), ${textOfHistory}
  from unnest($1::text[]) as chat, generate_series($2::bigint, $3::bigint) as seq`

const insertCounters = `insert into chats (chat, last_seq, last_time)
  select chat, max(seq), max(send_time) from messages group by chat
  on conflict (chat) do nothing`

export interface Depths {
  readonly short_ms: readonly number[]
  readonly long_ms: readonly number[]
  readonly long_messages: number
}

/** Gives every chat of the bench a history, and one of them a long one. */
export async function addHistories(
  database: pg.Client,
  { long_messages, say }: { long_messages: number; say: (line: string) => void },
): Promise<void> {
  await database.query(insertHistory, [chats, 1, historyOfEach])
  await database.query(insertHistory, [[short.chat], 1, short.messages])
  const step = 200_000
  for (let n = 1; n <= long_messages; n += step) {
    const last = Math.min(long_messages, n + step - 1)
    await database.query(insertHistory, [[longChat], n, last])
    say(`${last} messages in the long chat`)
  }
  await database.query(insertCounters)
  await database.query('vacuum analyze messages')
  await database.query('vacuum analyze chats')
  await database.query('checkpoint')
}

const longChat = 'long:many'

/** Pages in turns: the newest, and one that begins anywhere. */
export async function measureDepths(
  url: string,
  { long_messages, pairs }: { long_messages: number; pairs: number },
): Promise<Depths> {
  const short_ms: number[] = []
  const long_ms: number[] = []
  for (let n = -pairs / 10; n < pairs; n += 1) {
    const place = ((n + pairs) * 0.618_034) % 1
    const both = [
      { chat: short.chat, messages: short.messages, into: short_ms },
      { chat: longChat, messages: long_messages, into: long_ms },
    ]
    // Each goes first in every other turn.
    for (const { chat, messages, into } of n % 2 === 0 ? both : both.toReversed()) {
      const seq = limit + Math.floor(place * (messages - limit))
      const cursor = n % 4 < 2 ? 0 : firstTime + seq * 1000
      const taken = await timedPage(url, { chat, cursor, newest: cursor === 0 ? messages : seq })
      // The first tenth warms up.
      if (n >= 0) into.push(taken)
    }
  }
  return { short_ms, long_ms, long_messages }
}

/** The pages agree with what was stored; milliseconds until the last byte. */
async function timedPage(
  url: string,
  { chat, cursor, newest }: { chat: string; cursor: number; newest: number },
): Promise<number> {
  const since = performance.now()
  const answer = await fetch(
    `${url}/api/pull?chat=${chat}&limit=${limit}&reverse=true&cursor=${cursor}`,
  )
  const text = await answer.text()
  const taken = performance.now() - since
  const { messages } = JSON.parse(text) as { messages: { seq: number }[] }
  assert.deepEqual([messages.length, messages[0]?.seq], [limit, newest])
  return taken
}

/** How many times as long the long chat takes, by medians. */
export function depthRatio({ short_ms, long_ms }: Depths): number {
  return median(long_ms) / median(short_ms)
}
