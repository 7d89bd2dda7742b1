// The frame that every page stands in, and which page stands in it.

import { useEffect, useRef, type ReactNode } from 'react'
import { EnterPage } from './entrance/enter-page.tsx'
import { EventsPage } from './events/events-page.tsx'
import { FeedPage } from './feed/feed-page.tsx'
import { Header } from './frame/header.tsx'
import { MissingPage } from './frame/missing-page.tsx'
import { OfflineBar } from './frame/offline-bar.tsx'
import { Tabs } from './frame/tabs.tsx'
import { LeaderboardPage } from './leaderboard/leaderboard-page.tsx'
import { usePath } from './routing/navigation.ts'
import { routeOf, type Route } from './routing/route.ts'
import { EndedBar } from './session/ended-bar.tsx'
import { RenewDialog } from './session/renew-dialog.tsx'
import { TeamPage } from './teams/team-page.tsx'
import { TeamsPage } from './teams/teams-page.tsx'

export function App(): ReactNode {
  const path = usePath()
  const route = routeOf(path)
  useHeadingAfterMove(path)
  return (
    <>
      <a
        href="#content"
        className="sr-only rounded-full bg-marigold font-semibold text-on-marigold focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:px-5 focus:py-2"
      >
        Skip to content
      </a>
      <Header route={route} />
      <OfflineBar />
      <EndedBar />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl px-4 pt-6 pb-28 sm:px-6 sm:pt-10 md:pb-16"
      >
        <Page route={route} />
      </main>
      <Tabs route={route} />
      <RenewDialog />
    </>
  )
}

function Page({ route }: { route: Route }): ReactNode {
  switch (route.page) {
    case 'leaderboard':
      return <LeaderboardPage />
    case 'feed':
      return <FeedPage key="feed" isComposing={false} />
    case 'check-in':
      return <FeedPage key="feed" isComposing />
    case 'teams':
      return <TeamsPage />
    case 'team':
      return <TeamPage key={route.team_id} teamId={route.team_id} />
    case 'events':
      return <EventsPage />
    case 'enter':
      return <EnterPage key={route.way} way={route.way} />
    default:
      return <MissingPage />
  }
}

/** Who goes to another page is taken to its heading, so that it is read out; not when the site is opened. */
function useHeadingAfterMove(path: string): void {
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    const place = document.activeElement
    const isTaken = place instanceof HTMLElement && place.matches('input, textarea')
    if (!isTaken) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [path])
}
