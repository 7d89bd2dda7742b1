// What scores are made of, kept beside the ledger so that no change has to read it: who is in which team, which check-ins
// were taken back, and when each user checked in last, also by team. A score that is put right while one of these is
// wrong goes wrong again with the next change of its team.

import type { Client } from 'pg'

interface Source {
  /** What its rows are. */
  readonly name: string
  /** The rows that are not as the ledger says. */
  readonly differing: string
  readonly mend: readonly string[]
}

/** What the ledger says of each: a check-in by its entry, a membership by the last entry of its user and team. */
const replayed = `with taken_back as (
  select checkin_id, at from ledger where kind = 'invalidated'
), last as (
  select u.id as user_id, max(valid.at) as at
  from users u left join (
    select user_id, at from ledger entry where kind = 'checked in'
      and not exists (select from taken_back where taken_back.checkin_id = entry.checkin_id)
  ) as valid on valid.user_id = u.id
  group by u.id
), member as (
  select team_id, user_id, user_name, at from (
    select distinct on (team_id, user_id) team_id, user_id, kind, at
    from ledger where team_id is not null order by team_id, user_id, id desc
  ) as entry
  join users u on u.id = entry.user_id where kind = 'joined'
), placed as (
  select team_id, coalesce(last.at, '-infinity') as at, user_id from member join last using (user_id)
)`

const takenBack = 'checkins c left join taken_back on taken_back.checkin_id = c.id'
const isTakenBackWrong = '(c.invalidated_at is null) <> (taken_back.at is null)'
const isLastWrong = 'u.last_checkin_at is distinct from last.at'

const sources: readonly Source[] = [
  {
    name: 'check-ins taken back',
    differing: `select from ${takenBack} where ${isTakenBackWrong}`,
    mend: [
      `update checkins set invalidated_at = wrong.at
       from (select c.id, taken_back.at from ${takenBack} where ${isTakenBackWrong}) as wrong
       where checkins.id = wrong.id`,
    ],
  },
  {
    name: 'last check-ins of users',
    differing: `select from users u join last on last.user_id = u.id where ${isLastWrong}`,
    mend: [
      `update users u set last_checkin_at = last.at from last
       where last.user_id = u.id and ${isLastWrong}`,
    ],
  },
  {
    name: 'members of teams',
    differing: `(select team_id, user_id from members except select team_id, user_id from member)
      union all (select team_id, user_id from member except select team_id, user_id from members)`,
    mend: [
      `delete from members m where not exists (
         select from member where member.team_id = m.team_id and member.user_id = m.user_id)`,
      `insert into members (team_id, user_id, user_name, joined_at)
       select team_id, user_id, user_name, at from member on conflict do nothing`,
    ],
  },
  {
    name: 'last check-ins of members',
    differing: `(select team_id, at, user_id from last_checkins except select * from placed)
      union all (select * from placed except select team_id, at, user_id from last_checkins)`,
    mend: [
      `delete from last_checkins l where not exists (select from placed
         where placed.team_id = l.team_id and placed.at = l.at and placed.user_id = l.user_id)`,
      `insert into last_checkins (team_id, at, user_id) select * from placed on conflict do nothing`,
    ],
  },
]

/** How many rows are not as the ledger says, by what they are; read within the transaction of `client`. */
export async function compareSources(client: Client): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const { name, differing } of sources) {
    const { rows } = await client.query<{ count: number }>(
      `${replayed} select count(*)::integer as count from (${differing}) as wrong`,
    )
    const [{ count } = { count: 0 }] = rows
    if (count > 0) found.set(name, count)
  }
  return found
}

/** Puts them right; nobody may write to users or the ledger meanwhile. */
export async function mendSources(client: Client): Promise<void> {
  for (const { mend } of sources) {
    for (const text of mend) await client.query(`${replayed} ${text}`)
  }
}
