import type { ReactNode } from 'react'
import type { Link } from '../live/follow.ts'

const words: Readonly<Record<Link, string>> = {
  connecting: 'Connecting …',
  live: 'Live',
  polling: 'Every 3 seconds',
  lost: 'No answer, trying again …',
}

const dots: Readonly<Record<Link, string>> = {
  connecting: 'bg-edge',
  live: 'bg-leaf animate-breathe',
  polling: 'bg-marigold',
  lost: 'bg-coral',
}

/** How fresh the leaderboard is. */
export function LinkState({ link }: { link: Link }): ReactNode {
  return (
    // A line of its own on phones: only some of the words fit beside a heading, and all below would jump with them.
    <div className="basis-full sm:basis-auto">
      <p
        role="status"
        className="flex w-fit items-center gap-2 rounded-full border border-line bg-card px-3.5 py-1.5 text-sm font-semibold"
      >
        <span aria-hidden="true" className={`size-2.5 rounded-full ${dots[link]}`} />
        {words[link]}
      </p>
    </div>
  )
}
