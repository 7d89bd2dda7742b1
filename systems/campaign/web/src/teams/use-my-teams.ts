import type { OwnTeam, Standing } from '../api/contract.ts'
import { useResource, type Resource } from '../resource/use-resource.ts'
import { useSessionView, useSite } from '../site.tsx'
import { ownTeams } from './own-teams.ts'

export const myTeamsPath = '/api/team/my-teams/'
const lookEvery_ms = 5_000

/** The reader's teams with their ranks, best first; of those at the top the `standings` are newer where they are known. */
export function useMyTeams(standings: readonly Standing[] = []): Resource<readonly OwnTeam[]> {
  const { session } = useSite()
  const { user_name } = useSessionView()
  const own = useResource(
    `teams of ${user_name}`,
    (signal) => session.look<OwnTeam[]>(myTeamsPath, { signal }),
    { every: lookEvery_ms },
  )
  return { ...own, value: own.value && ownTeams(own.value, standings) }
}
