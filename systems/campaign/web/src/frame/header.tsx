import type { ReactNode } from 'react'
import { Emblem } from '../design/emblem.tsx'
import { Wordmark } from '../design/wordmark.tsx'
import { Link } from '../routing/link.tsx'
import { goTo } from '../routing/navigation.ts'
import type { Route } from '../routing/route.ts'
import { useSessionView, useSite } from '../site.tsx'
import { isIn, tabs } from './tab-list.ts'

const looks =
  'inline-flex min-h-11 items-center rounded-full px-4 font-semibold text-on-band-soft hover:bg-band-deep hover:text-on-band ' +
  'aria-[current=page]:bg-band-deep aria-[current=page]:text-on-band'

/** The band at the top: the name of the site, its parts on wide windows, and who is logged in. */
export function Header({ route }: { route: Route }): ReactNode {
  return (
    <header className="bg-band text-on-band">
      <div className="mx-auto flex min-h-16 max-w-6xl items-center gap-4 px-4 sm:px-6">
        <Link href="/" aria-label="TagTogether, to the leaderboard" className="shrink-0 py-2">
          <Wordmark />
        </Link>
        <nav aria-label="Main" className="ml-4 hidden gap-1 md:flex">
          {tabs
            .filter(({ page }) => page !== 'check-in')
            .map(({ href, page, label }) => (
              <Link
                key={href}
                href={href}
                aria-current={isIn(route, page) ? 'page' : undefined}
                className={looks}
              >
                {label}
              </Link>
            ))}
        </nav>
        <div className="ml-auto flex min-w-0 items-center gap-1">
          <Account />
        </div>
      </div>
    </header>
  )
}

function Account(): ReactNode {
  const { session, loadedBefore } = useSite()
  const { user_name } = useSessionView()
  if (user_name === '')
    return (
      <>
        <Link href="/log-in" className={looks}>
          Log in
        </Link>
        <Link
          href="/register"
          className="hidden min-h-11 items-center rounded-full bg-marigold px-4 font-semibold text-on-marigold hover:bg-glow hover:text-ink sm:inline-flex"
        >
          Register
        </Link>
      </>
    )
  const leave = () => {
    session.leave()
    loadedBefore.clear()
    goTo('/')
  }
  return (
    <>
      <span className="flex min-w-0 items-center gap-2">
        <Emblem name={user_name} size={28} />
        <span className="hidden max-w-40 truncate font-semibold sm:inline">
          <span className="sr-only">Logged in as </span>
          {user_name}
        </span>
      </span>
      <button type="button" onClick={leave} className={`${looks} shrink-0 cursor-pointer`}>
        Log out
      </button>
    </>
  )
}
