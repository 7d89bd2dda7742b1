// GET /api/team/score-info/:id: what a score is made of.

import { statement, type HttpApp, type Reads, type Rows } from '@plimsoll/service'
import { Type } from 'typebox'

import { idFrom, OneId } from '../http/ids.ts'
import { notFound } from '../http/refusals.ts'
import { whatToSee } from '../http/what-to-see.ts'
import { isoTime } from '../http/timestamps.ts'

const Moment = Type.Union([
  Type.Object({ name: Type.String(), time: Type.String({ format: 'date-time' }) }),
  Type.Null(),
])
const ScoreInfo = Type.Object({
  team_name: Type.String(),
  total_members: Type.Number({ description: 'The sum of the weights of the members.' }),
  new_members: Type.Number({ description: 'The same of those who are new customers.' }),
  earliest_checkin: Moment,
  latest_checkin: Moment,
})

const read = statement(
  'score_info',
  `select wanted.place, s.team_name,
     s.total_units::double precision / 232792560, s.new_units::double precision / 232792560,
     first.user_name, greatest(first.at, $2::timestamptz)::text,
     last.user_name, greatest(last.at, $2::timestamptz)::text
   from unnest($1::bigint[]) with ordinality as wanted (team_id, place)
   join scores s on s.team_id = wanted.team_id
   left join lateral (
     select u.user_name, l.at from last_checkins l join users u on u.id = l.user_id
     where l.team_id = s.team_id order by l.at limit 1
   ) as first on true
   left join lateral (
     select u.user_name, l.at from last_checkins l join users u on u.id = l.user_id
     where l.team_id = s.team_id order by l.at desc limit 1
   ) as last on true`,
)

/** Adds the route; `starts` is when members count from who never checked in. */
export function addScoreInfoRoute(
  app: HttpApp,
  { reads, starts }: { reads: Reads; starts: string },
): void {
  const info = reads.lane<string, ReturnType<typeof infoOf> | undefined>({
    statement: read,
    bytes: () => 200,
    bind: (teams) => [`{${teams.join(',')}}`, starts],
    answers: (rows, teams) => {
      const found = new Map(rows.map((row) => [Number(row[0]) - 1, row]))
      return teams.map((_, i) => {
        const row = found.get(i)
        return row === undefined ? undefined : infoOf(row)
      })
    },
  })
  const schema = {
    summary: 'What the score of a team is made of',
    params: OneId,
    response: { 200: ScoreInfo },
  }
  const route = { config: { open: true }, schema }
  app.get('/api/team/score-info/:id', route, async ({ headers, params }, reply) => {
    const id = idFrom(params.id)
    const found = id === undefined ? undefined : await info(id, whatToSee(headers))
    if (found === undefined) throw notFound('There is no team of this id.')
    return await reply.send(found)
  })
}

function infoOf(row: Rows[number]) {
  const [, team_name, total, fresh, firstName, firstTime, lastName, lastTime] = row
  const moment = (name: string | null | undefined, time: string | null | undefined) =>
    name && time ? { name, time: isoTime(time) } : null
  return {
    team_name: team_name ?? '',
    total_members: Number(total),
    new_members: Number(fresh),
    earliest_checkin: moment(firstName, firstTime),
    latest_checkin: moment(lastName, lastTime),
  }
}
