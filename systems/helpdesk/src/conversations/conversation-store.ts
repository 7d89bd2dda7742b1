// Reading and opening conversations. Each statement serves many requests.

import { plainArray, statement, textArray, type Coalescer, type Rows } from '@plimsoll/service'

import { isoTime } from '../http/timestamps.ts'
import { bump, learnFrom, queueAudience, type VersionListener } from '../updates/audiences.ts'
import { conversationColumns, conversationOf, type Conversation } from './conversation.ts'

export interface NewConversation {
  readonly user_id: string
  readonly username: string
  readonly title: string
}

/** One page of a user's conversations, newest first. */
export interface ListRequest {
  readonly user_id: string
  /** Conversations with a smaller id. */
  readonly before: string
  readonly count: number
}

/** The id before which every conversation is. */
export const beforeAll = '9223372036854775807'

const create = statement(
  'create_conversations',
  `with given as materialized (
     select * from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality
       as given (user_id, username, title, position)
   ),
   wanted as materialized (
     select user_id as id, count(*)::integer as n from given group by user_id
   ), ${bump},
   numbered as materialized (
     select given.*, nextval('conversations_id_seq') as id, clock_timestamp() as at,
       u.before + row_number() over (partition by user_id order by position) as user_version
     from given join bumped u on u.id = given.user_id
   ),
   made as (
     insert into conversations
       (id, title, initiator_id, initiator_username, created_at, updated_at, queue_version)
     select id, title, user_id, username, at, at, microseconds_now() from numbered
   ),
   told as (
     insert into feed (user_id, version, conversation_id)
     select user_id, user_version, id from numbered
   )
   select position, id, at::text from numbered
   union all select 0, id, version::text from bumped
   union all select 0, ${queueAudience}, pg_current_xact_id()::text where exists (select from numbered)`,
)

const find = statement(
  'find_conversations',
  `select wanted.position, ${conversationColumns}
   from unnest($1::bigint[]) with ordinality as wanted (id, position)
   join conversations c on c.id = wanted.id`,
)

const side = (column: string) => `
  (select * from conversations where ${column} = wanted.user_id and id < wanted.before
   order by id desc limit wanted.count)`

const list = statement(
  'list_conversations',
  `select wanted.position, ${conversationColumns}
   from unnest($1::bigint[], $2::bigint[], $3::integer[]) with ordinality
     as wanted (user_id, before, count, position)
   cross join lateral (
     select * from (${side('initiator_id')} union all ${side('expert_id')}) as both_sides
     order by id desc limit wanted.count
   ) as c`,
)

const assigned = statement(
  'list_assigned',
  `select wanted.position, ${conversationColumns}
   from unnest($1::bigint[], $2::integer[]) with ordinality as wanted (expert_id, count, position)
   cross join lateral (
     select * from conversations where expert_id = wanted.expert_id and status = 'active'
     order by id limit wanted.count
   ) as c`,
)

/** Opens the lanes of conversations. */
export function openConversations(coalescer: Coalescer, listener: VersionListener) {
  return {
    /** Undefined when there is no such user. */
    create: coalescer.lane<NewConversation, Conversation | undefined>({
      statement: create,
      kind: 'write',
      bytes: ({ title }) => 64 + Buffer.byteLength(title),
      bind: (given) => [
        plainArray(given.map(({ user_id }) => user_id)),
        textArray(given.map(({ username }) => username)),
        textArray(given.map(({ title }) => title)),
      ],
      answers: (rows, given) => createdFrom(learnFrom(rows, listener), given),
    }),
    /** By id, whoever's it is, as `reader` sees it. */
    find: coalescer.lane<{ id: string; reader: string }, Conversation | undefined>({
      statement: find,
      kind: 'read',
      bytes: () => 16,
      bind: (given) => [plainArray(given.map(({ id }) => id))],
      answers: (rows, given) =>
        pages(
          rows,
          given.map(({ reader }) => reader),
        ).map(([conversation]) => conversation),
    }),
    list: coalescer.lane<ListRequest, Conversation[]>({
      statement: list,
      kind: 'read',
      batch: { requests: 64, bytes: 1_048_576 },
      bytes: () => 32,
      bind: (given) => [
        plainArray(given.map(({ user_id }) => user_id)),
        plainArray(given.map(({ before }) => before)),
        plainArray(given.map(({ count }) => count)),
      ],
      answers: (rows, given) =>
        pages(
          rows,
          given.map(({ user_id }) => user_id),
        ),
    }),
    /** The active conversations of an expert, oldest first. */
    assigned: coalescer.lane<{ expert_id: string; count: number }, Conversation[]>({
      statement: assigned,
      kind: 'read',
      batch: { requests: 64, bytes: 1_048_576 },
      bytes: () => 32,
      bind: (given) => [
        plainArray(given.map(({ expert_id }) => expert_id)),
        plainArray(given.map(({ count }) => count)),
      ],
      answers: (rows, given) =>
        pages(
          rows,
          given.map(({ expert_id }) => expert_id),
        ),
    }),
  }
}

export type Conversations = ReturnType<typeof openConversations>

function createdFrom(rows: Rows, given: readonly NewConversation[]) {
  const made = new Map(rows.map((row) => [Number(row[0]) - 1, row]))
  return given.map(({ user_id, username, title }, i): Conversation | undefined => {
    const row = made.get(i)
    if (row === undefined) return undefined
    const at = isoTime(row[2] ?? '')
    return {
      id: row[1] ?? '',
      title,
      status: 'waiting',
      questionerId: user_id,
      questionerUsername: username,
      assignedExpertId: null,
      assignedExpertUsername: null,
      createdAt: at,
      updatedAt: at,
      lastMessageAt: null,
      unreadCount: 0,
    }
  })
}

/** The rows of each request, as its reader sees them. Rows without a join's promise of order stay in order. */
function pages(rows: Rows, readers: readonly string[]): Conversation[][] {
  const found: Conversation[][] = readers.map(() => [])
  for (const row of rows) {
    const i = Number(row[0]) - 1
    found[i]?.push(conversationOf(row, { from: 1, reader: readers[i] ?? '' }))
  }
  return found
}
