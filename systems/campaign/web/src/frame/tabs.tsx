import type { ReactNode } from 'react'
import { Icon } from '../design/icon.tsx'
import { Link } from '../routing/link.tsx'
import type { Route } from '../routing/route.ts'
import { isIn, tabs } from './tab-list.ts'

/** The parts of the site at the thumb, on phones. */
export function Tabs({ route }: { route: Route }): ReactNode {
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-card pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="mx-auto grid max-w-md grid-cols-5">
        {tabs.map(({ page, href, short, icon }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={isIn(route, page) ? 'page' : undefined}
              className="group flex min-h-16 flex-col items-center justify-center gap-0.5 text-[0.7rem] font-semibold text-soft aria-[current=page]:text-ink"
            >
              <span
                className={`grid place-items-center rounded-full px-3.5 py-1 ${
                  page === 'check-in'
                    ? 'bg-marigold text-on-marigold'
                    : 'group-aria-[current=page]:bg-lane'
                }`}
              >
                <Icon name={icon} size={22} />
              </span>
              {short}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
