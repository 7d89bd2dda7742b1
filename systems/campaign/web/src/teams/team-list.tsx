import { useState, type ReactNode } from 'react'
import type { Team } from '../api/contract.ts'
import { wordsOf } from '../api/refusal.ts'
import { Button } from '../design/button.tsx'
import { Emblem } from '../design/emblem.tsx'
import { Empty, NotLoaded } from '../design/empty.tsx'
import { Notice } from '../design/notice.tsx'
import { Loading, Skeleton } from '../design/skeleton.tsx'
import { useAction } from '../resource/use-action.ts'
import { useResource } from '../resource/use-resource.ts'
import { Link } from '../routing/link.tsx'
import { useSite } from '../site.tsx'

const path = '/api/team/all-teams/?limit=60'

interface TeamPage {
  readonly teams: readonly Team[]
  readonly next: string | undefined
}

/** All teams, a page at a time. */
export function TeamList(): ReactNode {
  const { session } = useSite()
  const [further, setFurther] = useState<readonly TeamPage[]>([])
  const read = async (path: string, signal?: AbortSignal): Promise<TeamPage> => {
    const { body, next } = await session.readPage<Team[]>(path, signal ? { signal } : {})
    return { teams: body, next }
  }
  const first = useResource('teams', (signal) => read(path, signal))
  const pages = first.value === undefined ? [] : [first.value, ...further]
  const next = pages.at(-1)?.next
  const more = useAction(async () => {
    if (next === undefined) return
    const page = await read(next)
    setFurther((further) => [...further, page])
  })
  if (first.value === undefined)
    return first.error === undefined ? (
      <Loading what="teams">
        <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
          {Array.from({ length: 6 }, (_, i) => (
            <Skeleton key={i} className="h-14" />
          ))}
        </div>
      </Loading>
    ) : (
      <NotLoaded what="The teams" error={first.error} onRetry={() => void first.reload()} />
    )
  const teams = pages.flatMap(({ teams }) => teams)
  if (teams.length === 0) return <Empty title="There is no team yet." />
  return (
    <div className="grid grid-cols-1 gap-4">
      <ul role="list" className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {teams.map(({ id, name }) => (
          <li
            key={id}
            className="relative flex min-h-14 items-center gap-3 rounded-2xl border border-line px-3 hover:bg-lane"
          >
            <Emblem name={name} size={34} />
            <Link
              href={`/teams/${id}`}
              className="min-w-0 truncate font-semibold after:absolute after:inset-0"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
      {more.error === undefined ? null : <Notice tone="trouble">{wordsOf(more.error)}</Notice>}
      {next === undefined ? null : (
        <Button tone="quiet" isBusy={more.isBusy} onClick={() => void more.run()}>
          More teams
        </Button>
      )}
    </div>
  )
}
