// Sending messages. One statement sends the messages of many requests: it numbers them in their
// conversations, keeps what is unread and the last message, and tells both sides and the queue.
//
// Locks: conversations in ascending order, then audiences. What is decided by a conversation is read from its
// locked row, never from the statement's snapshot, which may be older.

import {
  plainArray,
  statement,
  StatementError,
  textArray,
  type Coalescer,
  type Rows,
} from '@plimsoll/service'

import { isoTime } from '../http/timestamps.ts'
import {
  bump,
  changedInQueue,
  learnFrom,
  queueAudience,
  type VersionListener,
} from '../updates/audiences.ts'
import type { Message } from './message.ts'

export interface NewMessage {
  readonly conversation_id: string
  readonly sender_id: string
  readonly sender_username: string
  readonly content: string
  /** A name that the client gave the message, so that sending it again does not double it. */
  readonly client_id: string | null
}

/** What became of it. */
export type Sending =
  /** `repeated` when it had been sent under its client id before. */
  | { readonly verdict: 'sent' | 'repeated'; readonly message: Message }
  /** `otherwise`: its client id had been given to another text. */
  | { readonly verdict: 'absent' | 'foreign' | 'resolved' | 'otherwise' }

const send = statement(
  'send_messages',
  `with given as materialized (
     select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
       with ordinality
       as given (conversation_id, sender_id, sender_username, content, client_id, position)
   ),
   repeated as materialized (
     select given.position, m.* from given cross join lateral (
       select id, sender_role, content, created_at, is_read from messages
       where conversation_id = given.conversation_id and sender_id = given.sender_id
         and client_id = given.client_id
       limit 1
     ) as m
     where given.client_id is not null
   ),
   locked as materialized (
     select id, status, initiator_id, expert_id, last_seq from conversations
     where id in (select conversation_id from given) order by id for no key update
   ),
   judged as materialized (
     select given.*, c.status, c.initiator_id, c.expert_id, c.last_seq, case
       when given.position in (select position from repeated) then 'repeated'
       when c.id is null then 'absent'
       when given.sender_id not in (c.initiator_id, coalesce(c.expert_id, 0)) then 'foreign'
       when c.status = 'resolved' then 'resolved'
       else 'sent' end as verdict
     from given left join locked c on c.id = given.conversation_id
   ),
   sent as materialized (
     select *, nextval('messages_id_seq') as id, clock_timestamp() as at,
       last_seq + row_number() over (partition by conversation_id order by position) as seq,
       case when sender_id = initiator_id then 'initiator' else 'expert' end as role
     from judged where verdict = 'sent'
   ),
   change as materialized (
     select conversation_id, status, max(seq) as last_seq, max(at) as at,
       count(*) filter (where role = 'initiator') as asked,
       count(*) filter (where role = 'expert') as answered,
       (array_agg(role order by seq desc))[1] as last_role
     from sent group by conversation_id, status
   ),
   told as materialized (
     select initiator_id as user_id, conversation_id, seq, position from sent
     union all
     select expert_id, conversation_id, seq, position from sent where expert_id is not null
   ),
   wanted as materialized (
     select user_id as id, count(*)::integer as n from told group by user_id
   ), ${bump},
   written as (
     insert into messages
       (conversation_id, seq, id, sender_id, sender_username, sender_role, content, created_at, client_id)
     select conversation_id, seq, id, sender_id, sender_username, role, content, at, client_id
     from sent order by conversation_id, seq
   ),
   fed as (
     insert into feed (user_id, version, conversation_id, from_seq, to_seq)
     select user_id, before + row_number() over (partition by user_id order by position, seq),
       conversation_id, seq, seq
     from told join bumped on bumped.id = told.user_id
   ),
   changed as (
     update conversations c set
       last_seq = change.last_seq, updated_at = change.at, last_message_at = change.at,
       unread_expert = c.unread_expert + change.asked,
       unread_initiator = c.unread_initiator + change.answered,
       lease_until = case when change.status <> 'active' or change.last_role = 'expert' then null
         else coalesce(c.lease_until, change.at + $6::integer * interval '1 millisecond') end,
       ${changedInQueue("change.status = 'waiting'")}
     from change where c.id = change.conversation_id
   )
   select judged.position, coalesce(sent.id, repeated.id), coalesce(sent.at, created_at)::text,
     judged.verdict, coalesce(sent.role, sender_role), is_read::text, repeated.content
   from judged
   left join sent on sent.position = judged.position
   left join repeated on repeated.position = judged.position
   union all select 0, id, version::text, null, null, null, null from bumped
   union all select 0, ${queueAudience}, pg_current_xact_id()::text, null, null, null, null
   where exists (select from change where status = 'waiting')`,
)

/** Opens the lane of messages that are sent. */
export function openSending(
  coalescer: Coalescer,
  { listener, lease_ms }: { listener: VersionListener; lease_ms: number },
): (message: NewMessage) => Promise<Sending> {
  const submit = coalescer.lane<NewMessage, Sending>({
    statement: send,
    kind: 'write',
    bytes: ({ content }) => 100 + Buffer.byteLength(content),
    bind: (given) => [
      plainArray(given.map(({ conversation_id }) => conversation_id)),
      plainArray(given.map(({ sender_id }) => sender_id)),
      textArray(given.map(({ sender_username }) => sender_username)),
      textArray(given.map(({ content }) => content)),
      textArray(given.map(({ client_id }) => client_id)),
      lease_ms,
    ],
    answers: (rows, given) => {
      const byPosition = new Map(learnFrom(rows, listener).map((row) => [Number(row[0]) - 1, row]))
      return given.map((message, i) => sendingOf(byPosition.get(i) ?? [], message))
    },
  })
  return async (message) => {
    try {
      return await submit(message)
    } catch (error) {
      const isSentMeanwhile = error instanceof StatementError && error.sqlstate === '23505'
      if (!isSentMeanwhile) throw error
      // Who had the same client id has committed: a new statement sees it.
      return await submit(message)
    }
  }
}

function sendingOf(row: Rows[number], given: NewMessage): Sending {
  const [, id, at, verdict, role, is_read, content] = row
  if (verdict === 'absent' || verdict === 'foreign' || verdict === 'resolved') return { verdict }
  if (verdict === 'repeated' && content !== given.content) return { verdict: 'otherwise' }
  const message: Message = {
    id: id ?? '',
    conversationId: given.conversation_id,
    senderId: given.sender_id,
    senderUsername: given.sender_username,
    senderRole: role as Message['senderRole'],
    content: content ?? given.content,
    timestamp: isoTime(at ?? ''),
    isRead: is_read === 'true',
  }
  return { verdict: verdict === 'repeated' ? 'repeated' : 'sent', message }
}
