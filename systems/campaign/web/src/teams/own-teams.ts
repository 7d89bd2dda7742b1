import type { OwnTeam, Standing } from '../api/contract.ts'

/** The reader's own teams, best first; what the newer standings say of a team counts. */
export function ownTeams(own: readonly OwnTeam[], standings: readonly Standing[]): OwnTeam[] {
  const others = new Set(standings.filter((one) => !one.is_user_team).map((one) => one.team_id))
  const newer = standings
    .filter(({ is_user_team }) => is_user_team)
    .map(({ team_id: id, team_name: name, score, rank }) => ({ id, name, score, rank }))
  const known = new Map([...own, ...newer].map((team) => [team.id, team]))
  return [...known.values()]
    .filter(({ id }) => !others.has(id))
    .toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity))
}
