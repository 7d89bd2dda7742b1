// Stores one transcript in one statement, which is one transaction: the conversation, its messages and claims,
// what its people are told of it, and its name in the data set. An import that is cut off goes on where it was.
//
// Audiences are locked as everywhere: by id.

import { textArray } from '@plimsoll/service'
import type { ClientBase } from 'pg'

import { bump } from '../updates/audiences.ts'
import type { PastConversation } from './transcript.ts'

/** `present` when an earlier import has it, `taken` when one of its names belongs to somebody who registered. */
export type Storing = 'stored' | 'present' | 'taken'

/** Adds the people who are not there. */
const addPeople = `
  with added as (
    insert into users (username, password_digest, imported_from)
    select name, $2, $3 from unnest($1::text[]) as name
    on conflict (username) do nothing
    returning id
  )
  insert into audiences (id, version) select id, microseconds_now() from added`

const time = (microseconds: string) =>
  `timestamptz 'epoch' + ${microseconds} * interval '1 microsecond'`

const store = `
  with past as materialized (
    select $3::json as json, $3::json ->> 'key' as key, $3::json ->> 'title' as title,
      ($3::json ->> 'unread_initiator')::integer as unread_initiator,
      ($3::json ->> 'unread_expert')::integer as unread_expert
  ),
  person as materialized (
    select id, username from users where username = any($2::text[]) and imported_from is not null
  ),
  noted as materialized (
    insert into imports (source, key, conversation_id)
    select $1, key, nextval('conversations_id_seq') from past
    where (select count(*) from person) = cardinality($2::text[])
    on conflict do nothing
    returning conversation_id as id
  ),
  asker as materialized (select person.* from person, past where username = json ->> 'asker'),
  said as materialized (
    select position as seq, person.id as sender_id, person.username, turn.role, turn.text,
      ${time('turn.at')} as at, turn.is_read
    from past cross join rows from (
      json_to_recordset(json -> 'messages')
        as (by text, text text, at bigint, role text, is_read boolean)
    ) with ordinality as turn (by, text, at, role, is_read, position)
    join person on person.username = turn.by
  ),
  ends as materialized (select min(at) as begun, max(at) as ended, max(seq) as last_seq from said),
  claimed as materialized (
    select nextval('assignments_id_seq') as id, person.id as expert_id, person.username, claim.status,
      ${time('claim.assigned_at')} as assigned_at, ${time('claim.ended_at')} as ended_at,
      claim.told_seq, claim.position
    from noted cross join past cross join rows from (
      json_to_recordset(json -> 'claims')
        as (expert text, status text, assigned_at bigint, ended_at bigint, told_seq integer)
    ) with ordinality as claim (expert, status, assigned_at, ended_at, told_seq, position)
    join person on person.username = claim.expert
  ),
  standing as materialized (select * from claimed order by position desc limit 1),
  -- How many of the messages each is told: the questioner all, an expert those of the claims they had.
  reader as materialized (
    select asker.id, last_seq as told_seq from asker, ends, noted
    union all select expert_id, max(told_seq) from claimed group by expert_id
  ),
  telling as materialized (
    select id as user_id, seq, row_number() over (partition by id order by seq) as rank
    from reader cross join lateral generate_series(1, told_seq) as seq
  ),
  wanted as materialized (
    select user_id as id, count(*)::integer as n from telling group by user_id
  ), ${bump},
  made as (
    insert into conversations (id, title, status, initiator_id, initiator_username, expert_id,
      expert_username, created_at, updated_at, last_message_at, last_seq, unread_initiator,
      unread_expert, assignment_id, assigned_at, queue_version,
      queue_changed_by)
    select noted.id, title, case when standing.id is null then 'waiting' else 'resolved' end,
      asker.id, asker.username, standing.expert_id, standing.username, begun, ended, ended, last_seq,
      past.unread_initiator, past.unread_expert, standing.id, standing.assigned_at,
      microseconds_now(), case when standing.id is null then pg_current_xact_id() end
    from noted cross join past cross join asker cross join ends left join standing on true
  ),
  written as (
    insert into messages (conversation_id, seq, sender_id, sender_username, sender_role, content,
      created_at, is_read)
    select noted.id, seq, sender_id, username, role, text, at, is_read from said, noted order by seq
  ),
  fed as (
    insert into feed (user_id, version, conversation_id, from_seq, to_seq)
    select user_id, before + rank, noted.id, seq, seq
    from telling join bumped on bumped.id = user_id cross join noted
  ),
  audited as (
    insert into assignments (id, conversation_id, expert_id, status, assigned_at, ended_at)
    select claimed.id, noted.id, expert_id, status, assigned_at, ended_at from claimed, noted
  ),
  remembered as (
    insert into readers (conversation_id, expert_id, told_seq)
    select noted.id, expert_id, max(told_seq) from claimed, noted group by noted.id, expert_id
  )
  select case
    when exists (select from noted) then 'stored'
    when (select count(*) from person) = cardinality($2::text[]) then 'present'
    else 'taken' end as storing`

/** Stores transcripts of one data set over one connection. */
export function openImport(
  client: ClientBase,
  { source, digest }: { readonly source: string; readonly digest: string },
): (past: PastConversation) => Promise<Storing> {
  return async (past) => {
    const names = [...new Set([past.asker, ...past.messages.map(({ by }) => by)])].toSorted()
    const people = textArray(names)
    await client.query({ name: 'add_people', text: addPeople, values: [people, digest, source] })
    const values = [source, people, JSON.stringify(past)]
    const { rows } = await client.query<{ storing: Storing }>({
      name: 'store',
      text: store,
      values,
    })
    return rows[0]?.storing ?? 'present'
  }
}
