import type { ReactNode } from 'react'
import { ButtonLink } from '../design/button.tsx'
import { Emblem } from '../design/emblem.tsx'

const cast = ['Night Owls', 'Sole Mates', 'Brisk Walkers', 'Tortoise & Co', 'Early Birds']

/** What the site is, for those who are new to it. */
export function Welcome(): ReactNode {
  return (
    <section
      aria-label="Welcome"
      className="relative mb-10 overflow-hidden rounded-[2rem] bg-band px-6 py-10 text-on-band sm:px-12 sm:py-14"
    >
      <div className="relative z-10 max-w-xl">
        <p className="font-display text-4xl leading-[1.02] font-extrabold tracking-tight text-balance sm:text-6xl">
          Check in. Tag your team. <span className="text-marigold">Climb together.</span>
        </p>
        <p className="mt-5 max-w-md text-lg text-on-band-soft">
          Every check-in moves your team. The closer you check in to each other, the higher you
          climb.
        </p>
        <div className="mt-7 flex flex-wrap gap-3">
          <ButtonLink href="/register" tone="marigold">
            Join TagTogether
          </ButtonLink>
          <ButtonLink
            href="/teams"
            tone="quiet"
            className="border-on-band-soft text-on-band hover:bg-band-deep"
          >
            Look at the teams
          </ButtonLink>
        </div>
      </div>
      <div
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 right-0 hidden lg:block"
      >
        {cast.map((name, i) => (
          <span
            key={name}
            className="absolute"
            style={{ top: `${tilts[i]!.top}%`, right: tilts[i]!.right, rotate: tilts[i]!.turn }}
          >
            <Emblem name={name} size={tilts[i]!.size} />
          </span>
        ))}
      </div>
    </section>
  )
}

const tilts = [
  { top: 8, right: '3rem', turn: '12deg', size: 132 },
  { top: 46, right: '11rem', turn: '-14deg', size: 108 },
  { top: 6, right: '15rem', turn: '-6deg', size: 84 },
  { top: 58, right: '2rem', turn: '-10deg', size: 96 },
  { top: 36, right: '20rem', turn: '18deg', size: 56 },
] as const
