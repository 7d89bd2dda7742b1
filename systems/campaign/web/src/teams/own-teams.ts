import type { Standing } from '../api/contract.ts'

/** The reader's own teams of two lists, best first; what `newer` says of a team counts. */
export function ownTeams(older: readonly Standing[], newer: readonly Standing[]): Standing[] {
  const known = new Map([...older, ...newer].map((standing) => [standing.team_id, standing]))
  return [...known.values()]
    .filter(({ is_user_team }) => is_user_team)
    .toSorted((a, b) => a.rank - b.rank)
}
