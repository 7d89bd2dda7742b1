// What must be true of the messages after any run, whatever died meanwhile: per chat no gap, no duplicate, no
// reordering; what was acknowledged is there; pages forwards and backwards agree.

import pg from 'pg'
import type { Invariant, InvariantInput, InvariantResult } from 'plimsoll'

type Finding = {
  -readonly [Name in keyof Omit<InvariantResult, 'name' | 'examples' | 'unexamined'>]: number
} & {
  readonly examples: string[]
}

const chatsPaged = 50

/** Every acknowledged message is stored once, under the number that was answered; none that was refused is. */
const acknowledgedIsStoredOnce: Invariant = async (input) => {
  const finding = nothingFound()
  await withDatabase(input, async (client) => {
    const { rows } = await client.query<{ client_id: string; seq: string }>(
      'select client_id, seq from messages where client_id is not null',
    )
    const stored = new Map<string, number[]>()
    for (const { client_id, seq } of rows) {
      stored.set(client_id, [...(stored.get(client_id) ?? []), Number(seq)])
    }
    for (const { key, outcome, answer } of input.promised) {
      finding.examined++
      const seqs = stored.get(key) ?? []
      const { seq } = (answer ?? {}) as { seq?: number }
      const isThere = seq === undefined ? seqs.length > 0 : seqs.includes(seq)
      if (outcome === 'ok' && !isThere) blame(finding, 'lost', `${key} as ${seq ?? '?'}`)
      if (seqs.length > 1) blame(finding, 'doubled', `${key} as ${seqs.join(', ')}`)
      if (outcome === 'failed' && seqs.length > 0) blame(finding, 'unexpected', key)
    }
  })
  return finding
}

/** The messages of each chat are numbered from 1 without gaps, each later than the one before. */
const chatsHaveNoGaps: Invariant = async (input) => {
  const finding = nothingFound()
  await withDatabase(input, async (client) => {
    const { rows } = await client.query<{
      chat: string
      stored: number
      last: number
      bad: number
    }>(
      // A chat may have lost all its messages, and messages their chat.
      `select chat, count(m.seq)::int as stored, coalesce(max(c.last_seq), 0)::int as last,
         count(*) filter (where send_time <= before)::int as bad
       from chats c
       full join (select chat, seq, send_time, lag(send_time) over (partition by chat order by seq) as before
             from messages) as m using (chat)
       group by chat`,
    )
    for (const { chat, stored, last, bad } of rows) {
      finding.examined += Math.max(stored, last)
      if (stored !== last) blame(finding, 'lost', `${chat}: ${stored} of ${last}`)
      if (bad > 0) blame(finding, 'stale', `${chat}: ${bad} out of order`)
    }
  })
  return finding
}

/** Through the front door a chat reads the same forwards and backwards. */
const pagesAgree: Invariant = async (input) => {
  const finding = nothingFound()
  await withDatabase(input, async (client) => {
    const { rows } = await client.query<{ chat: string; last: number }>(
      'select chat, last_seq::int as last from chats order by last_seq desc limit $1',
      [chatsPaged],
    )
    for (const { chat, last } of rows) {
      const forwards = await pageThrough(input.url, chat, false)
      const backwards = (await pageThrough(input.url, chat, true)).toReversed()
      finding.examined += last
      const isWhole = [forwards, backwards].every(
        (found) => found.length === last && found.every((seq, i) => seq === i + 1),
      )
      if (!isWhole)
        blame(finding, 'stale', `${chat}: ${forwards.length}, ${backwards.length} of ${last}`)
    }
  })
  return finding
}

export const invariants = { acknowledgedIsStoredOnce, chatsHaveNoGaps, pagesAgree }

async function pageThrough(url: string, chat: string, reverse: boolean): Promise<number[]> {
  const found: number[] = []
  for (let cursor = 0; ;) {
    const query = `chat=${encodeURIComponent(chat)}&limit=100&reverse=${reverse}&cursor=${cursor}`
    const answer = await fetch(`${url}/api/pull?${query}`)
    const page = (await answer.json()) as {
      messages: { seq: number }[]
      has_more: boolean
      next_cursor: number
    }
    found.push(...page.messages.map(({ seq }) => seq))
    if (!page.has_more) return found
    cursor = page.next_cursor
  }
}

async function withDatabase(
  { addresses }: InvariantInput,
  look: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: addresses['database']?.url })
  await client.connect()
  try {
    await look(client)
  } finally {
    await client.end()
  }
}

function nothingFound(): Finding {
  return { examined: 0, lost: 0, doubled: 0, unexpected: 0, stale: 0, examples: [] }
}

function blame(
  finding: Finding,
  as: 'lost' | 'doubled' | 'unexpected' | 'stale',
  example: string,
): void {
  finding[as]++
  if (finding.examples.length < 10) finding.examples.push(`${as}: ${example}`)
}
