// Every acknowledged message is stored once and told: by the cursor once and in order, by time at least once. A
// message is found by its client id, which no answer repeats, in the database.

import type { Invariant, InvariantInput } from 'plimsoll'
import { blame, newFinding, type Finding } from './finding.ts'
import { doorOf, lookAtEach, query, sampleOf, type Door } from './looking.ts'

interface Stored {
  readonly client_id: string
  readonly id: string
  readonly initiator_id: string
  readonly expert_id: string | null
}

interface ToldMessage {
  readonly id: string
  readonly conversationId: string
  readonly timestamp: string
}

const peopleLookedAt = 100
const mostPages = 10_000
/** Before any message, and without a zone: public clients send such times. */
const longAgo = '2000-01-01T00:00:00'

/** Every acknowledged message is there once and none that was refused; a sample of people is told theirs once, in order. */
export function everyMessageIsToldOnceAndInOrder(secret: string): Invariant {
  return async (input) => {
    const finding = newFinding()
    const stored = await storedMessages(input)
    for (const { key, outcome } of messagesOf(input)) {
      finding.examined += 1
      const times = stored.get(key)?.length ?? 0
      if (outcome === 'ok' && times === 0) blame(finding, 'lost', `message ${key}`)
      if (outcome === 'failed' && times > 0) blame(finding, 'unexpected', `message ${key}`)
      if (times > 1) blame(finding, 'doubled', `message ${key} is stored ${times} times`)
    }
    await lookAtEach(peopleOwed(input, stored), async ([user, owed]) => {
      const told = await toldByCursor(await doorOf(input, user, secret))
      findMissing(finding, { user, owed, told, by: 'cursor' })
      findDisorder(finding, user, told)
    })
    return finding
  }
}

/** A sample of people who poll by time is told every message of theirs, however often. */
export function everyMessageIsToldByTime(secret: string): Invariant {
  return async (input) => {
    const finding = newFinding()
    const stored = await storedMessages(input)
    await lookAtEach(peopleOwed(input, stored), async ([user, owed]) => {
      const told = await toldByTime(await doorOf(input, user, secret))
      findMissing(finding, { user, owed, told, by: 'time' })
    })
    return finding
  }
}

function findMissing(
  finding: Finding,
  given: { user: string; owed: readonly Stored[]; told: readonly ToldMessage[]; by: string },
): void {
  const { user, owed, told, by } = given
  const seen = new Set(told.map(({ id }) => id))
  for (const { id } of owed) {
    finding.examined += 1
    if (!seen.has(id)) blame(finding, 'lost', `message ${id}, told to user ${user} by ${by}`)
  }
}

function findDisorder(finding: Finding, user: string, told: readonly ToldMessage[]): void {
  const isDoubled = new Set(told.map(({ id }) => id)).size < told.length
  if (isDoubled) blame(finding, 'doubled', `messages in the feed of user ${user}`)
  const last = new Map<string, number>()
  for (const { id, conversationId } of told) {
    const isLate = Number(id) < (last.get(conversationId) ?? 0)
    if (isLate) blame(finding, 'stale', `message ${id} came late in the feed of user ${user}`)
    last.set(conversationId, Number(id))
  }
}

/** All that a user was ever told, by the cursor from its beginning. */
async function toldByCursor({ user, get }: Door): Promise<ToldMessage[]> {
  const told: ToldMessage[] = []
  let cursor = '0-0'
  for (let page = 0; page < mostPages; page += 1) {
    const update = await get<{ cursor: string; more: boolean; messages: ToldMessage[] }>(
      `/api/updates?cursor=${cursor}`,
    )
    told.push(...update.messages)
    cursor = update.cursor
    if (!update.more) return told
  }
  throw new Error(`the feed of user ${user} has no end after ${mostPages} pages`)
}

/** All that a user is told who asks from the last message on, again and again; ids that were seen are dropped. */
async function toldByTime({ user, get }: Door): Promise<ToldMessage[]> {
  const told = new Map<string, ToldMessage>()
  let since = longAgo
  for (let page = 0; page < mostPages; page += 1) {
    const before = told.size
    const path = `/api/messages/updates?userId=${user}&since=${since}`
    for (const message of await get<ToldMessage[]>(path)) {
      told.set(message.id, message)
      if (message.timestamp > since) since = message.timestamp
    }
    if (told.size === before) return [...told.values()]
  }
  throw new Error(`the messages of user ${user} have no end after ${mostPages} polls`)
}

function messagesOf({ promised }: InvariantInput) {
  return promised.filter(({ kind }) => kind === 'message')
}

/** The rows of each client id, the first of them first. */
async function storedMessages(input: InvariantInput): Promise<Map<string, Stored[]>> {
  const rows = await query<Stored>(
    input,
    `select m.client_id, m.id::text, c.initiator_id::text, c.expert_id::text
     from messages m join conversations c on c.id = m.conversation_id
     where m.client_id = any ($1::text[]) order by m.id`,
    [messagesOf(input).map(({ key }) => key)],
  )
  return Map.groupBy(rows, ({ client_id }) => client_id)
}

/** A sample of the people who are to be told messages, each with theirs; of one that is doubled the first. */
function peopleOwed(
  { random }: InvariantInput,
  stored: ReadonlyMap<string, readonly Stored[]>,
): [string, Stored[]][] {
  const owed = new Map<string, Stored[]>()
  for (const [message] of stored.values()) {
    if (message === undefined) continue
    for (const user of [message.initiator_id, message.expert_id]) {
      if (user !== null) owed.set(user, [...(owed.get(user) ?? []), message])
    }
  }
  return sampleOf(owed, { count: peopleLookedAt, random })
}
