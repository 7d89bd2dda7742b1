// The routes under /api/team that are about teams and their members.

import { badRequest, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { Said } from '../auth/auth-routes.ts'
import { idFrom, OneId } from '../http/ids.ts'
import { whatToSee } from '../http/what-to-see.ts'
import { conflict, nobody, notFound, validateBody } from '../http/refusals.ts'
import type { Leaderboard } from '../leaderboard/leaderboard.ts'
import { nameFrom, nameKeyWithin } from '../names/name.ts'
import type { Settings } from '../settings.ts'
import type { Creating, Joining, Leaving, Teams } from './team-store.ts'

const longestSent = 20_000
const mostMembers = 1_000
const TeamName = Type.Object({ team_name: Type.String({ maxLength: longestSent }) })
const Cursor = Type.Optional(
  Type.String({ maxLength: 20, description: 'The next page: follow the Link header.' }),
)

export interface TeamRouteOptions {
  readonly settings: Settings
  readonly teams: Teams
  readonly leaderboard: Leaderboard
  /** Resolves when the leaderboard has what was committed by now. */
  readonly caughtUp: () => Promise<void>
}

/** Adds the routes. */
export function addTeamRoutes(app: HttpApp, options: TeamRouteOptions): void {
  addLists(app, options)
  addOwn(app, options)
  addCreation(app, options)
  addMembership(app, options)
}

function addLists(app: HttpApp, { teams }: TeamRouteOptions): void {
  const all = {
    summary: 'All teams, the first ones first; the next page by the Link header',
    querystring: Type.Object({
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 100 }),
      cursor: Cursor,
    }),
    response: { 200: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })) },
  }
  app.get(
    '/api/team/all-teams/',
    { config: { open: true }, schema: all },
    async (request, reply) => {
      const { limit: count, cursor } = request.query
      const page = { after: placeFrom(cursor), count }
      const found = await teams.list(page, whatToSee(request.headers))
      const last = found.length === count ? found.at(-1) : undefined
      if (last !== undefined) {
        void reply.header(
          'link',
          `</api/team/all-teams/?limit=${count}&cursor=${last.id}>; rel="next"`,
        )
      }
      return await reply.send(
        found.map(({ id, team_name }) => ({ id: Number(id), name: team_name })),
      )
    },
  )

  const members = {
    summary: 'The members of a team; the next page by the Link header',
    params: OneId,
    querystring: Type.Object({
      limit: Type.Integer({ minimum: 1, maximum: mostMembers, default: mostMembers }),
      cursor: Cursor,
    }),
    response: {
      200: Type.Array(Type.Object({ user_id: Type.Integer(), user_name: Type.String() })),
    },
  }
  const open = { config: { open: true }, schema: members }
  app.get('/api/team/team-members/:id', open, async ({ headers, params, query }, reply) => {
    const team_id = idFrom(params.id)
    if (team_id === undefined) return await reply.send([])
    const { limit: count, cursor } = query
    const page = { team_id, after: placeFrom(cursor), count }
    const found = await teams.members(page, whatToSee(headers))
    const last = found.length === count ? found.at(-1) : undefined
    if (last !== undefined) {
      const next = `/api/team/team-members/${team_id}?limit=${count}&cursor=${last.user_id}`
      void reply.header('link', `<${next}>; rel="next"`)
    }
    return await reply.send(
      found.map(({ user_id, user_name }) => ({ user_id: Number(user_id), user_name })),
    )
  })
}

const OwnTeams = Type.Array(
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    score: Type.Number(),
    rank: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Null while the leaderboard of this instance does not know the team.',
    }),
  }),
)

/** Who is in what is as fresh as any read; ranks are those of the leaderboard of this instance. */
function addOwn(app: HttpApp, { teams, leaderboard, caughtUp }: TeamRouteOptions): void {
  const schema = {
    summary: 'All teams of whoever asks, best first, wherever they stand',
    response: { 200: OwnTeams },
  }
  app.get('/api/team/my-teams/', { schema }, async ({ caller, headers }, reply) => {
    const [own] = await Promise.all([teams.own(caller.id, whatToSee(headers)), caughtUp()])
    const standings = await leaderboard.standingsOf(own.map(({ id }) => id))
    const rankOf = new Map(standings.map(({ team_id, rank }) => [team_id, rank]))
    const found = own.map(({ id, team_name, score }) => {
      const rank = rankOf.get(Number(id)) ?? null
      return { id: Number(id), name: team_name, score, rank }
    })
    return await reply.send(
      found.toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.id - b.id),
    )
  })
}

function addCreation(app: HttpApp, { settings, teams }: TeamRouteOptions): void {
  const schema = {
    summary: 'Create a team; creating is not joining',
    body: TeamName,
    response: {
      200: Type.Object({
        message: Type.String(),
        team_id: Type.Integer(),
        team_name: Type.String(),
      }),
    },
  }
  const route = { validatorCompiler: validateBody, schema }
  app.post('/api/team/create-team/', route, async ({ caller, body }, reply) => {
    const rule = {
      field: 'team_name',
      longest: settings.NAME_LENGTH_MAX,
      words: 'several',
    } as const
    const name = nameFrom(body.team_name, rule)
    const made = await teams.create(name, caller.id)
    if (made.verdict !== 'created') throw refusedCreate[made.verdict]()
    const team_id = Number(made.id)
    return await reply.send({ message: 'Created.', team_id, team_name: name.shown })
  })
}

function addMembership(app: HttpApp, { settings, teams }: TeamRouteOptions): void {
  /** Throws a 404 for what is too long to be the name of a team. */
  const keyOf = (team_name: string): string => {
    const key = nameKeyWithin(team_name, settings.NAME_LENGTH_MAX)
    if (key === undefined) throw refusedJoin.absent()
    return key
  }
  const join = { summary: 'Join a team', body: TeamName, response: { 200: Said } }
  const joining = { validatorCompiler: validateBody, schema: join }
  app.post('/api/team/join-team/', joining, async ({ caller, body }, reply) => {
    const verdict = await teams.join(caller.id, keyOf(body.team_name))
    if (verdict !== 'joined') throw refusedJoin[verdict]()
    return await reply.send({ message: 'Joined.' })
  })
  const leave = { summary: 'Leave a team', body: TeamName, response: { 200: Said } }
  const leaving = { validatorCompiler: validateBody, schema: leave }
  app.post('/api/team/leave-team/', leaving, async ({ caller, body }, reply) => {
    const verdict = await teams.leave(caller.id, keyOf(body.team_name))
    if (verdict !== 'left') throw refusedLeave[verdict]()
    return await reply.send({ message: 'Left.' })
  })
}

const refusedCreate: Readonly<Record<Exclude<Creating['verdict'], 'created'>, () => Error>> = {
  nobody,
  taken: () => badRequest('This team name is taken.'),
}

const refusedJoin: Readonly<Record<Exclude<Joining, 'joined'>, () => Error>> = {
  nobody,
  absent: () => notFound('There is no team of this name.'),
  member: () => badRequest('You are a member of this team already.'),
  many: () => conflict('You are in as many teams as one may be in: leave one first.'),
}

const refusedLeave: Readonly<Record<Exclude<Leaving, 'left'>, () => Error>> = {
  absent: () => notFound('There is no team of this name.'),
  stranger: () => badRequest('You are not a member of this team.'),
}

/** The id after which a page begins; throws a 400 for what no Link header named. */
export function placeFrom(cursor: string | undefined): string {
  const place = cursor === undefined ? '0' : idFrom(cursor)
  if (place === undefined)
    throw badRequest('query.cursor: follow the Link header, or leave it out.')
  return place
}
