import type { ReactNode } from 'react'
import type { OwnTeam, Standing } from '../api/contract.ts'
import { wordsOf } from '../api/refusal.ts'
import { ButtonLink } from '../design/button.tsx'
import { Card } from '../design/card.tsx'
import { Emblem } from '../design/emblem.tsx'
import { Notice } from '../design/notice.tsx'
import { Loading, Skeleton } from '../design/skeleton.tsx'
import { scoreWords } from '../leaderboard/standings.ts'
import { Link } from '../routing/link.tsx'
import { useMyTeams } from './use-my-teams.ts'

/** Where the reader's own teams stand. */
export function MyTeamsCard({
  standings,
}: {
  standings?: readonly Standing[] | undefined
}): ReactNode {
  const { value, error } = useMyTeams(standings)
  return (
    <Card title="Your teams">
      {value !== undefined ? (
        <Teams teams={value} />
      ) : error === undefined ? (
        <Loading what="your teams">
          <Skeleton className="h-14" />
        </Loading>
      ) : (
        <Notice tone="trouble">{wordsOf(error)}</Notice>
      )}
    </Card>
  )
}

function Teams({ teams }: { teams: readonly OwnTeam[] }): ReactNode {
  if (teams.length === 0)
    return (
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-soft">You are in no team yet. Your check-ins count for your teams.</p>
        <ButtonLink href="/teams">Find a team</ButtonLink>
      </div>
    )
  return (
    <ul role="list" className="grid grid-cols-1 gap-1">
      {teams.map(({ id, name, rank, score }) => (
        <li key={id} className="relative flex min-h-14 items-center gap-3">
          <Emblem name={name} />
          <div className="min-w-0 flex-1">
            <Link
              href={`/teams/${id}`}
              className="block truncate font-semibold after:absolute after:inset-0 hover:underline"
            >
              {name}
            </Link>
            <p className="text-sm text-soft">{scoreWords(score)} points</p>
          </div>
          {rank === null ? null : (
            <p className="font-display text-2xl font-extrabold tabular-nums">
              <span className="sr-only">Rank </span>
              <span aria-hidden="true">#</span>
              {rank}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
