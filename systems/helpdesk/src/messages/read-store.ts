// Marking a message read: once, by the other side; what is unread goes down by one.

import { statement, type Coalescer } from '@plimsoll/service'

import { single } from '../auth/user-store.ts'
import { bump, learnFrom, type VersionListener } from '../updates/audiences.ts'

/** `absent` also when the message is in a conversation of others. */
export type Reading = 'read' | 'own' | 'absent'

const markRead = statement(
  'mark_read',
  `with asked as materialized (
     select m.conversation_id, m.sender_id, c.initiator_id from messages m
     join conversations c on c.id = m.conversation_id
     where m.id = $1::bigint and $2::bigint in (c.initiator_id, c.expert_id)
   ),
   locked as materialized (
     select id, initiator_id from conversations
     where id = (select conversation_id from asked where sender_id <> $2::bigint)
     for no key update
   ),
   marked as (
     update messages set is_read = true
     where id = $1::bigint and not is_read and conversation_id = (select id from locked)
     returning conversation_id
   ),
   wanted as materialized (select $2::bigint as id, 1 as n from marked), ${bump},
   counted as (
     update conversations c set
       unread_initiator = c.unread_initiator - (c.initiator_id = $2::bigint)::integer,
       unread_expert = c.unread_expert - (c.initiator_id <> $2::bigint)::integer
     from marked where c.id = marked.conversation_id
   ),
   told as (
     insert into feed (user_id, version, conversation_id)
     select bumped.id, version, conversation_id from bumped, marked
   )
   select 1, (sender_id = $2::bigint)::text, null from asked
   union all select 0, id::text, version::text from bumped`,
)

/** Opens the lane; takes the message's id and the reader's. */
export function openReading(
  coalescer: Coalescer,
  listener: VersionListener,
): (message_id: string, reader: string) => Promise<Reading> {
  return single(coalescer, {
    statement: markRead,
    kind: 'write',
    answer: (rows) => {
      const [asked] = learnFrom(rows, listener)
      return asked === undefined ? 'absent' : asked[1] === 'true' ? 'own' : 'read'
    },
  })
}
