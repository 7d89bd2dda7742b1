import type { ReactNode } from 'react'
import { ButtonLink } from '../design/button.tsx'
import { Empty } from '../design/empty.tsx'
import { PageHead } from '../design/page-head.tsx'
import { Loading, Skeleton } from '../design/skeleton.tsx'
import { Composer } from '../feed/composer.tsx'
import { Card } from '../design/card.tsx'
import { useSessionView } from '../site.tsx'
import { MyTeamsCard } from '../teams/my-teams-card.tsx'
import { Board } from './board.tsx'
import { LinkState } from './link-state.tsx'
import { useLeaderboard, type Leaderboard } from './use-leaderboard.ts'
import { Welcome } from './welcome.tsx'

/** The first page: who leads, as it changes. */
export function LeaderboardPage(): ReactNode {
  const { state } = useSessionView()
  const leaderboard = useLeaderboard()
  const isGuest = state === 'none'
  return (
    <>
      {isGuest ? <Welcome /> : null}
      <div className="grid grid-cols-1 items-start gap-x-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="lg:col-span-2">
          <PageHead title="Leaderboard">
            <LinkState link={leaderboard.link} />
          </PageHead>
        </div>
        {isGuest ? null : (
          <aside className="mb-6 grid grid-cols-1 gap-6 lg:order-2" aria-label="You">
            <MyTeamsCard standings={leaderboard.standings} />
            <Card title="Check in" className="hidden lg:block">
              <Composer />
            </Card>
          </aside>
        )}
        <div className={isGuest ? 'lg:col-span-2' : ''}>
          <p role="status" className="sr-only">
            {leaderboard.news}
          </p>
          <Standings leaderboard={leaderboard} />
        </div>
      </div>
    </>
  )
}

function Standings({ leaderboard: { standings, moves, link } }: { leaderboard: Leaderboard }) {
  if (standings === undefined)
    return link === 'lost' ? (
      <Empty title="The leaderboard does not answer">
        <p className="text-soft">It is asked again every few seconds.</p>
      </Empty>
    ) : (
      <Loading what="the leaderboard">
        <div className="grid grid-cols-1 gap-2">
          {Array.from({ length: 8 }, (_, i) => (
            <Skeleton key={i} className="h-16" />
          ))}
        </div>
      </Loading>
    )
  if (standings.length === 0)
    return (
      <Empty title="No team yet. Who is first?">
        <ButtonLink href="/teams">Create a team</ButtonLink>
      </Empty>
    )
  return <Board standings={standings} moves={moves} />
}
