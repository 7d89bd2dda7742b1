// Sending messages. One statement stores the messages of many requests: it takes their numbers and times under the
// counters of their chats, locked in the order of the chats' names, and finds those that had been sent before.

import {
  Problem,
  statement,
  StatementError,
  textArray,
  unavailable,
  type Coalescer,
  type LaneOptions,
} from '@plimsoll/service'

/** A message whose fields were checked. */
export interface CheckedMessage {
  readonly chat: string
  readonly sender: string
  readonly text: string
  readonly client_id: string | null
}

/** A message on its way, and whether whoever sent it still waits. */
interface Sending {
  readonly message: CheckedMessage
  readonly signal: AbortSignal
}

/** Where a message was stored. Both numbers are whole; times are microseconds since 1970. */
export interface StoredAt {
  readonly send_time: string
  readonly seq: string
  /** It had been sent before, under the same client_id. */
  readonly repeated: boolean
}

const now_us = '(extract(epoch from clock_timestamp()) * 1000000)::bigint'

/**
 * A chat's counter is read from its locked row and never from the statement's snapshot, which may be older. What the
 * snapshot does not show is a message of the same client_id that was committed meanwhile: then the index refuses
 * the statement, and it is sent again.
 */
const send = statement(
  'send_messages',
  `with given as materialized (
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
       as given (chat, sender, text, client_id, position)
     where chat is not null
   ),
   repeated as materialized (
     select given.position, m.seq, m.send_time from given cross join lateral (
       select seq, send_time from messages
       where chat = given.chat and sender = given.sender and client_id = given.client_id
       limit 1
     ) as m
     where given.client_id is not null
   ),
   fresh as materialized (
     select *, count(*) over (partition by chat) - row_number() over (partition by chat order by position)
       as before_last
     from given where position not in (select position from repeated)
   ),
   counted as (
     insert into chats as c (chat, last_seq, last_time)
     select chat, count(*), ${now_us} + count(*) - 1 from fresh group by chat order by chat
     on conflict (chat) do update set
       last_seq = c.last_seq + excluded.last_seq,
       last_time = greatest(${now_us}, c.last_time + 1) + excluded.last_seq - 1
     returning c.chat, c.last_seq, c.last_time
   ),
   placed as materialized (
     select fresh.*, last_seq - before_last as seq, last_time - before_last as send_time
     from fresh join counted using (chat)
   ),
   written as (
     insert into messages (chat, seq, send_time, sender, text, client_id)
     select chat, seq, send_time, sender, text, client_id from placed
   )
   select position, send_time, seq, false from placed
   union all select position, send_time, seq, true from repeated`,
)

const mostTries = 3

/** The answer to a message is undefined where nobody waited for it any more when the statement was sent. */
const sending: LaneOptions<Sending, StoredAt | undefined> = {
  statement: send,
  kind: 'write',
  bytes: ({ message: { text } }) => 100 + Buffer.byteLength(text),
  bind: (given) => {
    const wanted = [...distinct(given).values()]
    const messages = wanted.map(({ message }) => message)
    return [
      textArray(wanted.map(({ message, signal }) => (signal.aborted ? null : message.chat))),
      textArray(messages.map(({ sender }) => sender)),
      textArray(messages.map(({ text }) => text)),
      textArray(messages.map(({ client_id }) => client_id)),
    ]
  },
  answers: (rows, given) => {
    const keys = [...distinct(given).keys()]
    const found = new Map<Key, StoredAt>()
    for (const [position, send_time, seq, repeated] of rows) {
      const key = keys[Number(position) - 1]
      if (key === undefined) continue
      found.set(key, { send_time: send_time ?? '', seq: seq ?? '', repeated: repeated === 't' })
    }
    const seen = new Set<Key>()
    return given.map(({ message }) => {
      const key = keyOf(message)
      const at = found.get(key)
      // The first of several under one client_id is the one that was sent.
      if (at === undefined || !seen.has(key)) {
        seen.add(key)
        return at
      }
      return { ...at, repeated: true }
    })
  },
}

export interface SendingOptions {
  readonly coalescer: Coalescer
  /** A message that was sent meanwhile is tried again only before so many milliseconds have passed. */
  readonly again_within: number
  /** Monotonic milliseconds. */
  readonly now: () => number
}

/** Opens the lane of messages that are sent. What nobody waits for any more when its turn comes is not begun: 503. */
export function openSending({
  coalescer,
  again_within,
  now,
}: SendingOptions): (message: CheckedMessage, signal: AbortSignal) => Promise<StoredAt> {
  const submit = coalescer.lane(sending)
  return async (message, signal) => {
    const end = now() + again_within
    for (let tries = 1; ; tries++) {
      try {
        const at = await submit({ message, signal })
        if (at === undefined) throw unavailable('Whoever sent it has left: it was not begun.')
        return at
      } catch (error) {
        const isSentMeanwhile = error instanceof StatementError && error.sqlstate === '23505'
        if (!isSentMeanwhile) throw error
        if (tries === mostTries || now() >= end) throw sentMeanwhile()
      }
    }
  }
}

/** It is stored, but not known where. */
function sentMeanwhile(): Problem {
  return new Problem({
    status: 504,
    title: 'Outcome unknown',
    detail: 'Another call has sent this message meanwhile. Send it again to learn its number.',
  })
}

/** Messages with one key are the same message. */
type Key = string | CheckedMessage

/** One of each that carry a client_id, one that is still waited for if there is one; all of the others. */
function distinct(given: readonly Sending[]): Map<Key, Sending> {
  const found = new Map<Key, Sending>()
  for (const each of given) {
    const key = keyOf(each.message)
    if (found.get(key)?.signal.aborted !== false) found.set(key, each)
  }
  return found
}

function keyOf(message: CheckedMessage): Key {
  const { chat, sender, client_id } = message
  return client_id === null ? message : `${chat}\n${sender}\n${client_id}`
}
