// What must be true of the help desk after any run. People are looked at through the front door: each follows
// the cursor from the beginning of their feed to its end. A message is found by its client id, which no answer
// repeats, in the database.

import { Tokens } from '@plimsoll/service'
import pg from 'pg'
import type { Invariant, InvariantInput, InvariantResult } from 'plimsoll'

/** What an invariant found, while it is looking. */
type Finding = Record<Exclude<keyof InvariantResult, 'name' | 'examples'>, number> & {
  readonly examples: string[]
}

interface Stored {
  readonly client_id: string
  readonly id: string
  readonly conversation_id: string
  readonly initiator_id: string
  readonly expert_id: string | null
}

interface FeedMessage {
  readonly id: string
  readonly conversationId: string
}

const peopleLookedAt = 100
const lookedAtOnce = 16
const requestTimeout_ms = 30_000
const mostPages = 10_000

/** Every acknowledged message is stored once and none that was refused; a sample of people is told theirs once, in order. */
function everyMessageIsToldOnceAndInOrder(secret: string): Invariant {
  return async (input) => {
    const finding = newFinding()
    const promised = input.promised.filter(({ kind }) => kind === 'message')
    const stored = await storedMessages(
      input,
      promised.map(({ key }) => key),
    )
    for (const { key, outcome } of promised) {
      finding.examined += 1
      const isThere = stored.has(key)
      if (outcome === 'ok' && !isThere) blame(finding, 'lost', `message ${key}`)
      if (outcome === 'failed' && isThere) blame(finding, 'unexpected', `message ${key}`)
    }
    const owed = new Map<string, Stored[]>()
    for (const message of stored.values()) {
      for (const user of [message.initiator_id, message.expert_id]) {
        if (user !== null) owed.set(user, [...(owed.get(user) ?? []), message])
      }
    }
    const drawn = [...owed]
      .map((one) => ({ one, order: input.random.float() }))
      .toSorted((a, b) => a.order - b.order)
      .slice(0, peopleLookedAt)
    const look = async () => {
      for (let next = drawn.pop(); next !== undefined; next = drawn.pop()) {
        const [user, messages] = next.one
        compare(finding, { user, messages, told: await feedOf(input, user, secret) })
      }
    }
    await Promise.all(Array.from({ length: lookedAtOnce }, look))
    return finding
  }
}

/** At no moment two experts had the same conversation, and every claim that was won is in the trail. */
const oneWinnerPerClaim: Invariant = async (input) => {
  const finding = newFinding()
  const claims = input.promised.filter(({ kind }) => kind === 'claim')
  const ids = [...new Set(claims.map(({ about }) => String(about['conversation_id'])))]
  const rows = await query<{ conversation_id: string; experts: string[]; overlaps: number }>(
    input,
    `select conversation_id::text, array_agg(distinct expert_id::text) as experts,
       count(*) filter (where assigned_at < before)::integer as overlaps
     from (
       select *, lag(ended_at) over (partition by conversation_id order by assigned_at) as before
       from (
         select conversation_id, expert_id, assigned_at, ended_at from assignments
         union all
         select id, expert_id, assigned_at, null from conversations where status = 'active'
       ) as trail where conversation_id = any ($1::bigint[])
     ) as in_order group by conversation_id`,
    [ids],
  )
  const trails = new Map(rows.map((row) => [row.conversation_id, row]))
  for (const { about, outcome, answer } of claims) {
    const conversation = String(about['conversation_id'])
    const expert = String(about['expert_id'])
    finding.examined += 1
    const won = outcome === 'ok' && (answer as { success?: boolean } | undefined)?.success === true
    if (won && trails.get(conversation)?.experts.includes(expert) !== true) {
      blame(finding, 'lost', `the claim of conversation ${conversation} by ${expert}`)
    }
  }
  for (const { conversation_id, overlaps } of rows) {
    if (overlaps > 0) blame(finding, 'doubled', `two experts had conversation ${conversation_id}`)
  }
  return finding
}

/** The invariants; `secret` signs the tokens with which people are looked at. */
export const invariants = (secret: string) => ({
  everyMessageIsToldOnceAndInOrder: everyMessageIsToldOnceAndInOrder(secret),
  oneWinnerPerClaim,
})

function compare(
  finding: Finding,
  given: { user: string; messages: readonly Stored[]; told: readonly FeedMessage[] },
): void {
  const { user, messages, told } = given
  const ids = told.map(({ id }) => id)
  const seen = new Set(ids)
  for (const { id } of messages) {
    finding.examined += 1
    if (!seen.has(id)) blame(finding, 'lost', `message ${id} in the feed of user ${user}`)
  }
  if (seen.size < ids.length) blame(finding, 'doubled', `messages in the feed of user ${user}`)
  const last = new Map<string, number>()
  for (const { id, conversationId } of told) {
    const isLate = Number(id) < (last.get(conversationId) ?? 0)
    if (isLate) blame(finding, 'stale', `message ${id} came late in the feed of user ${user}`)
    last.set(conversationId, Number(id))
  }
}

/** All that a user was ever told, by the cursor from its beginning. */
async function feedOf(
  { url }: InvariantInput,
  user: string,
  secret: string,
): Promise<FeedMessage[]> {
  const tokens = new Tokens<null>({
    secret,
    lifetime_seconds: 900,
    remembered: 1,
    identityOf: () => null,
    now: Date.now,
  })
  const token = await tokens.issue({ user_id: Number(user), username: 'an invariant' })
  const told: FeedMessage[] = []
  let cursor = '0-0'
  for (let page = 0; page < mostPages; page += 1) {
    const address = `${url}/api/updates?cursor=${cursor}`
    const answer = await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(requestTimeout_ms),
    })
    if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}, expected 200`)
    const update = (await answer.json()) as {
      cursor: string
      more: boolean
      messages: FeedMessage[]
    }
    told.push(...update.messages)
    cursor = update.cursor
    if (!update.more) return told
  }
  throw new Error(`the feed of user ${user} has no end after ${mostPages} pages`)
}

async function storedMessages(
  input: InvariantInput,
  client_ids: readonly string[],
): Promise<Map<string, Stored>> {
  const rows = await query<Stored>(
    input,
    `select m.client_id, m.id::text, m.conversation_id::text, c.initiator_id::text, c.expert_id::text
     from messages m join conversations c on c.id = m.conversation_id
     where m.client_id = any ($1::text[])`,
    [client_ids],
  )
  return new Map(rows.map((row) => [row.client_id, row]))
}

async function query<Row extends pg.QueryResultRow>(
  { addresses }: InvariantInput,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: addresses['database']?.url })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

function newFinding(): Finding {
  return { examined: 0, lost: 0, doubled: 0, unexpected: 0, stale: 0, examples: [] }
}

function blame(
  finding: Finding,
  as: 'lost' | 'doubled' | 'unexpected' | 'stale',
  example: string,
): void {
  finding[as] += 1
  if (finding.examples.length < 10) finding.examples.push(`${as}: ${example}`)
}
