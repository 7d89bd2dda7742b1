// What must be true of claims: one winner each, and everybody who watches the queue learns who has left it.

import type { Invariant, InvariantInput } from 'plimsoll'
import { blame, newFinding } from './finding.ts'
import { doorOf, lookAtEach, query, sampleOf, type Door } from './looking.ts'

/** What a poll says of the queue; `complete`: what it does not name does not wait. */
interface QueueNews {
  readonly waitingConversations: readonly { readonly id: string }[]
  readonly removed: readonly string[]
  readonly complete?: boolean
}

interface Departed {
  readonly id: string
  readonly queue_version: string
  readonly queue_changed_by: string
}

const departuresLookedAt = 100
/** A cursor of somebody who knows all of their own feed. */
const wholeFeed = 'z'.repeat(10)

/** At no moment two experts had the same conversation, and every claim that was won is in the trail. */
export const oneWinnerPerClaim: Invariant = async (input) => {
  const finding = newFinding()
  const claims = claimsOf(input)
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
    [[...new Set(claims.map(({ conversation }) => conversation))]],
  )
  const trails = new Map(rows.map((row) => [row.conversation_id, row]))
  for (const { conversation, expert, isWon } of claims) {
    finding.examined += 1
    if (isWon && trails.get(conversation)?.experts.includes(expert) !== true) {
      blame(finding, 'lost', `the claim of conversation ${conversation} by ${expert}`)
    }
  }
  for (const { conversation_id, overlaps } of rows) {
    if (overlaps > 0) blame(finding, 'doubled', `two experts had conversation ${conversation_id}`)
  }
  return finding
}

/** Whoever knew the queue before a conversation left it is told so, by cursor and by time. */
export function departuresAreDelivered(secret: string): Invariant {
  return async (input) => {
    const finding = newFinding()
    const won = claimsOf(input).filter(({ isWon }) => isWon)
    const departed = await query<Departed>(
      input,
      `select id::text, queue_version::text, queue_changed_by::text from conversations
       where id = any ($1::bigint[]) and status <> 'waiting'`,
      [won.map(({ conversation }) => conversation)],
    )
    const watcher = won[0]?.expert
    if (watcher === undefined) return finding
    const door = await doorOf(input, watcher, secret)
    const drawn = sampleOf(departed, { count: departuresLookedAt, random: input.random })
    await lookAtEach(drawn, async (one) => {
      for (const [by, news] of Object.entries(await newsOf(door, one))) {
        finding.examined += 1
        const isTold = news?.removed.includes(one.id) === true || news?.complete === true
        const isShown = news?.waitingConversations.some(({ id }) => id === one.id) === true
        if (!isTold || isShown) blame(finding, 'lost', `${one.id} left the queue, told by ${by}`)
      }
    })
    return finding
  }
}

/** What the polls tell of somebody who knew everything until just before that departure. */
async function newsOf({ user, get }: Door, { queue_version, queue_changed_by }: Departed) {
  const before = Number(queue_version) - 1
  const cursor = `${wholeFeed}-${Number(queue_changed_by).toString(36)}`
  const { queue } = await get<{ queue: QueueNews | null }>(`/api/updates?cursor=${cursor}`)
  const since = new Date(before / 1_000).toISOString()
  const path = `/api/expert-queue/updates?expertId=${user}&since=${since}`
  const [timed] = await get<QueueNews[]>(path)
  return { cursor: queue, time: timed }
}

function claimsOf({ promised }: InvariantInput) {
  return promised
    .filter(({ kind }) => kind === 'claim')
    .map(({ about, outcome, answer }) => ({
      conversation: String(about['conversation_id']),
      expert: String(about['expert_id']),
      isWon: outcome === 'ok' && (answer as { success?: boolean } | undefined)?.success === true,
    }))
}
