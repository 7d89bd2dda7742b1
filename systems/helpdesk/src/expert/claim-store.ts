// Claims. A conversation is claimed by one conditional UPDATE: of many experts one finds it waiting. What a
// claim depends on is read from the conversation's locked row. The audit trail gets a row when a claim ends.
//
//   waiting → active → resolved          claim, resolve
//      ↑────────┘                        unclaim by the expert, or the lease of a silent one ends
//      └──────────────→ resolved         resolve by the questioner

import { statement, type Coalescer, type Rows } from '@plimsoll/service'

import { single } from '../auth/user-store.ts'
import {
  bump,
  changedInQueue,
  learnFrom,
  queueAudience,
  type VersionListener,
} from '../updates/audiences.ts'

/** `own` for the questioner, `taken` when somebody else has it or it is resolved. */
export type Claim = 'claimed' | 'own' | 'taken' | 'absent'

/** The expert is told every message that no earlier claim of theirs has told them. */
const claim = statement(
  'claim',
  `with asked as materialized (
     select id, initiator_id, expert_id, status, last_seq from conversations
     where id = $3::bigint for no key update
   ),
   locked as materialized (
     select id, initiator_id, last_seq from asked
     where status = 'waiting' and initiator_id <> $1::bigint
   ),
   reader as (
     insert into readers as r (conversation_id, expert_id, told_seq)
     select id, $1::bigint, last_seq from locked
     on conflict (conversation_id, expert_id)
       do update set told_before = r.told_seq, told_seq = excluded.told_seq
     returning told_before, told_seq
   ),
   untold as materialized (
     select seq, row_number() over (order by seq) as rank
     from reader cross join lateral generate_series(told_before + 1, told_seq) as seq
   ),
   wanted as materialized (
     select $1::bigint as id, (select count(*)::integer + 1 from untold) as n from locked
     union all select initiator_id, 1 from locked
   ), ${bump},
   won as (
     update conversations c set status = 'active', expert_id = $1::bigint, expert_username = $2,
       assignment_id = nextval('assignments_id_seq'), assigned_at = clock_timestamp(),
       updated_at = clock_timestamp(), ${changedInQueue()},
       lease_until = clock_timestamp() + $4::integer * interval '1 millisecond'
     from locked where c.id = locked.id
     returning c.id
   ),
   told as (
     insert into feed (user_id, version, conversation_id, from_seq, to_seq)
     select $1::bigint, before + rank, $3::bigint, seq, seq from untold, bumped
     where bumped.id = $1::bigint
     union all
     select bumped.id, version, $3::bigint, null, null from bumped
   )
   select 1, case
     when exists (select from won) then 'claimed'
     when initiator_id = $1::bigint then 'own'
     when expert_id = $1::bigint and status = 'active' then 'claimed'
     else 'taken' end, null
   from asked
   union all select 0, id::text, version::text from bumped
   union all select 0, '${queueAudience}', pg_current_xact_id()::text where exists (select from won)`,
)

/**
 * What every end of a claim does; `ended (id, initiator_id, expert_id, assignment_id, assigned_at, last_seq,
 * becomes, audit, rating, moves)` must come before, with its conversations locked; `moves` into the queue or out of it. Resolving one that nobody
 * claimed leaves no row in the audit trail.
 */
const endClaims = `
  wanted as materialized (
    select id, count(*)::integer as n from (
      select initiator_id as id from ended
      union all select expert_id from ended where expert_id is not null
    ) as each group by id
  ), ${bump},
  changed as (
    update conversations c set status = ended.becomes, updated_at = clock_timestamp(),
      expert_id = case when ended.becomes = 'waiting' then null else c.expert_id end,
      expert_username = case when ended.becomes = 'waiting' then null else c.expert_username end,
      lease_until = null,
      ${changedInQueue('ended.moves')}
    from ended where c.id = ended.id
  ),
  audited as (
    insert into assignments (id, conversation_id, expert_id, status, assigned_at, ended_at, rating)
    select assignment_id, id, expert_id, audit, assigned_at, clock_timestamp(), rating from ended
    where expert_id is not null
  ),
  remembered as (
    insert into readers as r (conversation_id, expert_id, told_seq)
    select id, expert_id, last_seq from ended where expert_id is not null
    on conflict (conversation_id, expert_id) do update set told_seq = excluded.told_seq
  ),
  told as (
    insert into feed (user_id, version, conversation_id)
    select user_id, before + row_number() over (partition by user_id order by ended_id), ended_id
    from (
      select initiator_id as user_id, id as ended_id from ended
      union all select expert_id, id from ended where expert_id is not null
    ) as each join bumped on bumped.id = each.user_id
  )`

const bumpedRows = `
  select 0, id::text, version::text from bumped
  union all select 0, '${queueAudience}', pg_current_xact_id()::text
  where exists (select from ended where moves)`

const asked = `
  asked as materialized (
    select id, initiator_id, expert_id, status, assignment_id, assigned_at, last_seq
    from conversations where id = $2::bigint for no key update
  )`

const unclaim = statement(
  'unclaim',
  `with ${asked},
   ended as materialized (
     select id, initiator_id, expert_id, assignment_id, assigned_at, last_seq, 'waiting' as becomes,
       'unassigned' as audit, null::smallint as rating, true as moves
     from asked where expert_id = $1::bigint and status = 'active'
   ), ${endClaims}
   select 1, case when exists (select from ended) then 'unclaimed' else 'foreign' end, null
   from asked
   union all ${bumpedRows}`,
)

/** Returns conversations whose expert was silent too long, a bounded number at once. */
const returnSilent = statement(
  'return_silent',
  `with ended as materialized (
     select id, initiator_id, expert_id, assignment_id, assigned_at, last_seq, 'waiting' as becomes,
       'expired' as audit, null::smallint as rating, true as moves
     from conversations where lease_until < now()
     order by id limit 100 for no key update skip locked
   ), ${endClaims}
   ${bumpedRows}`,
)

/**
 * `unrated`: it was resolved while this statement waited for the conversation, so the row of the audit trail that it
 * was to rate is not in its snapshot.
 */
const resolve = statement(
  'resolve',
  `with ${asked},
   ended as materialized (
     select id, initiator_id, expert_id, assignment_id, assigned_at, last_seq, 'resolved' as becomes,
       'resolved' as audit, $3::smallint as rating, status = 'waiting' as moves
     from asked where status <> 'resolved'
       and (initiator_id = $1::bigint or expert_id = $1::bigint and $3::smallint is null)
   ), ${endClaims},
   rated as (
     update assignments a set rating = $3::smallint from asked
     where asked.status = 'resolved' and initiator_id = $1::bigint
       and a.id = asked.assignment_id and a.status = 'resolved' and $3::smallint is not null
     returning a.id
   )
   select 1, case
     when initiator_id = $1::bigint then case
       when $3::smallint is not null and status = 'resolved' and expert_id is not null
         and not exists (select from rated) then 'unrated'
       else 'resolved' end
     when expert_id is distinct from $1::bigint then 'foreign'
     when $3::smallint is not null then 'unrateable'
     else 'resolved' end, null
   from asked
   union all ${bumpedRows}`,
)

export interface ClaimOptions {
  readonly coalescer: Coalescer
  readonly listener: VersionListener
  readonly lease_ms: number
}

/** Opens the lanes of claims. Each tells `absent` when there is no such conversation. */
export function openClaims({ coalescer, listener, lease_ms }: ClaimOptions) {
  const verdict =
    <Verdict extends string>() =>
    (rows: Rows): Verdict | 'absent' =>
      (learnFrom(rows, listener)[0]?.[1] ?? 'absent') as Verdict | 'absent'
  const write = { kind: 'write' } as const
  const claiming = single(coalescer, { ...write, statement: claim, answer: verdict<Claim>() })
  const unclaiming = single(coalescer, {
    ...write,
    statement: unclaim,
    answer: verdict<'unclaimed' | 'foreign'>(),
  })
  const resolving = single(coalescer, {
    ...write,
    statement: resolve,
    answer: verdict<'resolved' | 'foreign' | 'unrateable' | 'unrated'>(),
  })
  return {
    claim: ({ id, username }: { id: string; username: string }, conversation: string) =>
      claiming(id, username, conversation, lease_ms),
    unclaim: (expert: string, conversation: string) => unclaiming(expert, conversation),
    async resolve(user: string, conversation: string, rating: number | null) {
      const told = await resolving(user, conversation, rating)
      return told === 'unrated' ? await resolving(user, conversation, rating) : told
    },
    returnSilent: single(coalescer, {
      ...write,
      statement: returnSilent,
      answer: (rows) => void learnFrom(rows, listener),
    }),
  }
}

export type Claims = ReturnType<typeof openClaims>
