import type { Standing } from '../api/contract.ts'
import { useResource, type Resource } from '../resource/use-resource.ts'
import { useSessionView, useSite } from '../site.tsx'
import { ownTeams } from './own-teams.ts'

const path = '/api/team/leaderboard/?around=me'
const lookEvery_ms = 5_000

/**
 * The reader's teams with their ranks, best first: those around the best of them, and those at the top, whose
 * `standings` are newer where they are known.
 */
export function useMyTeams(standings: readonly Standing[] = []): Resource<readonly Standing[]> {
  const { session } = useSite()
  const { user_name } = useSessionView()
  const around = useResource(
    `teams of ${user_name}`,
    (signal) => session.look<Standing[]>(path, { signal }),
    { every: lookEvery_ms },
  )
  return { ...around, value: around.value && ownTeams(around.value, standings) }
}
