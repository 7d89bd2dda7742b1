// Teams and who is in them. Whether a name is free and whether somebody is a member already is decided by the
// database when the row is written; the functions are in migrations/0002_functions.sql.

import {
  plainArray,
  statement,
  type Coalescer,
  type LaneOptions,
  type Reads,
  type Rows,
  type Statement,
} from '@plimsoll/service'

import type { Name } from '../names/name.ts'
import { movedScore, type ScoreListener } from './moved-scores.ts'

/** A team as a list shows it. */
export interface Team {
  readonly id: string
  readonly team_name: string
}

/** A team of the reader's, with its score. */
export interface OwnTeam extends Team {
  readonly score: number
}

/** What became of a wish for a team of this name. */
export type Creating =
  | { readonly verdict: 'created'; readonly id: string }
  | { readonly verdict: 'nobody' | 'taken' }
/** What became of a wish to join. */
export type Joining = 'joined' | 'nobody' | 'absent' | 'member' | 'many'
/** What became of a wish to leave. */
export type Leaving = 'left' | 'absent' | 'stranger'

const create = statement(
  'create_team',
  `with creator as (
     select id from users where id = $3::bigint
   ), team as (
     insert into teams (team_name, name_key) select $1, $2 from creator
     on conflict (name_key) do nothing returning id, team_name
   ), score as (
     insert into scores (team_id, team_name) select id, team_name from team
   )
   select case
       when not exists (select from creator) then 'nobody'
       when not exists (select from team) then 'taken'
       else 'created' end,
     (select id from team)`,
)

/** With the number of the entry that was written. */
const join = statement(
  'join_team',
  `select *, case verdict when 'joined' then currval('ledger_id_seq') end
   from join_team($1, $2, $3::integer, $4)`,
)
const leave = statement(
  'leave_team',
  `select *, case verdict when 'left' then currval('ledger_id_seq') end
   from leave_team($1, $2, $3)`,
)

const list = statement(
  'list_teams',
  `select wanted.place, team.id, team.team_name
   from unnest($1::bigint[], $2::integer[]) with ordinality as wanted (after, count, place)
   cross join lateral (
     select id, team_name from teams where id > wanted.after order by id limit wanted.count
   ) as team`,
)

const listMembers = statement(
  'list_members',
  `select wanted.place, member.user_id, member.user_name
   from unnest($1::bigint[], $2::bigint[], $3::integer[])
     with ordinality as wanted (team_id, after, count, place)
   cross join lateral (
     select user_id, user_name from members
     where team_id = wanted.team_id and user_id > wanted.after order by user_id limit wanted.count
   ) as member`,
)

const listTeamsOf = statement(
  'list_teams_of',
  `select wanted.place, m.team_id from unnest($1::bigint[]) with ordinality as wanted (user_id, place)
   join members m on m.user_id = wanted.user_id`,
)

const listOwnTeams = statement(
  'list_own_teams',
  `select wanted.place, s.team_id, s.team_name, s.score
   from unnest($1::bigint[]) with ordinality as wanted (user_id, place)
   join members m on m.user_id = wanted.user_id
   join scores s on s.team_id = m.team_id`,
)

/** A page of a list: `count` rows after an id. */
export interface Page {
  readonly after: string
  readonly count: number
}

/** A lane whose statement carries one request: what it does is decided by locks, one at a time. */
export function single<Answer>(
  coalescer: Coalescer,
  options: { statement: Statement; kind: 'read' | 'write'; answer: (rows: Rows) => Answer },
): (...values: readonly (string | number | null)[]) => Promise<Answer> {
  const { statement, kind, answer } = options
  const lane = coalescer.lane<readonly (string | number | null)[], Answer>({
    statement,
    kind,
    batch: { requests: 1, bytes: 1_048_576 },
    bytes: () => 100,
    bind: ([values = []]) => [...values],
    answers: (rows) => [answer(rows)],
  })
  return (...values) => lane(values)
}

/** The answers of a list statement, whose rows begin with the place of their request. */
export function byPlace<Request, Row>(
  rowOf: (row: Rows[number]) => Row,
): LaneOptions<Request, Row[]>['answers'] {
  return (rows, requests) => {
    const lists: Row[][] = requests.map(() => [])
    for (const row of rows) lists[Number(row[0]) - 1]?.push(rowOf(row))
    return lists
  }
}

export interface TeamStoreOptions {
  readonly writer: Coalescer
  readonly reads: Reads
  readonly listener: ScoreListener
  /** When the campaign began, as PostgreSQL reads it. */
  readonly starts: string
  readonly mostTeams: number
}

/** Opens the lanes of teams. */
export function openTeams({ writer, reads, listener, starts, mostTeams }: TeamStoreOptions) {
  const changing = <Verdict extends string>(statement: Statement) =>
    single(writer, { statement, kind: 'write', answer: (rows) => outcomeOf<Verdict>(rows) })
  const outcomeOf = <Verdict extends string>(rows: Rows) => {
    const verdict = (rows[0]?.[0] ?? '') as Verdict
    const isChange = verdict === 'joined' || verdict === 'left'
    if (isChange) listener.moved(rows.map(([, ...score]) => movedScore(score)))
    return { verdict, team_id: rows[0]?.[1] ?? '', entry: Number(rows[0]?.[5]) }
  }
  const creating = single(writer, {
    statement: create,
    kind: 'write',
    answer: ([row]): Creating => {
      if (row?.[0] === 'created') return { verdict: 'created', id: row[1] ?? '' }
      return { verdict: row?.[0] === 'nobody' ? 'nobody' : 'taken' }
    },
  })
  const joining = changing<Joining>(join)
  const leaving = changing<Leaving>(leave)
  return {
    ...openLists(reads),
    /** The ids of the teams of a user, from the writer: what is remembered of them must have been true. */
    of: writer.lane<string, string[]>({
      statement: listTeamsOf,
      kind: 'read',
      bytes: () => 400,
      bind: (users) => [plainArray(users)],
      answers: byPlace((row) => row[1] ?? ''),
    }),
    async create({ shown, key }: Name, user_id: string): Promise<Creating> {
      const made = await creating(shown, key, user_id)
      if (made.verdict === 'created')
        listener.moved([{ team_id: made.id, team_name: shown, score: 0, version: 0 }])
      return made
    },
    async join(user_id: string, key: string): Promise<Joining> {
      const { verdict, ...done } = await joining(user_id, key, mostTeams, starts)
      if (verdict === 'joined') listener.membership({ user_id, change: verdict, ...done })
      return verdict
    },
    async leave(user_id: string, key: string): Promise<Leaving> {
      const { verdict, ...done } = await leaving(user_id, key, starts)
      if (verdict === 'left') listener.membership({ user_id, change: verdict, ...done })
      return verdict
    },
  }
}

function openLists(reads: Reads) {
  return {
    list: reads.lane<Page, Team[]>({
      statement: list,
      bytes: ({ count }) => 60 * count,
      bind: (pages) => [
        plainArray(pages.map(({ after }) => after)),
        plainArray(pages.map(({ count }) => count)),
      ],
      answers: byPlace((row) => ({ id: row[1] ?? '', team_name: row[2] ?? '' })),
    }),
    /** The teams of a user. */
    own: reads.lane<string, OwnTeam[]>({
      statement: listOwnTeams,
      bytes: () => 1_200,
      bind: (users) => [plainArray(users)],
      answers: byPlace(([, id, team_name, score]) => ({
        id: id ?? '',
        team_name: team_name ?? '',
        score: Number(score),
      })),
    }),
    members: reads.lane<
      Page & { readonly team_id: string },
      { readonly user_id: string; readonly user_name: string }[]
    >({
      statement: listMembers,
      bytes: ({ count }) => 60 * count,
      bind: (pages) => [
        plainArray(pages.map(({ team_id }) => team_id)),
        plainArray(pages.map(({ after }) => after)),
        plainArray(pages.map(({ count }) => count)),
      ],
      answers: byPlace((row) => ({ user_id: row[1] ?? '', user_name: row[2] ?? '' })),
    }),
  }
}

export type Teams = ReturnType<typeof openTeams>
