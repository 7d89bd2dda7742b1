import type { ReactNode } from 'react'
import { emblemLook } from './emblem-look.ts'

/** The tag of a team, or of a person: decoration, the name stands beside it. */
export function Emblem({ name, size = 40 }: { name: string; size?: number }): ReactNode {
  const { ground, ink, initials } = emblemLook(name)
  return (
    <svg viewBox="3 3 34.5 34" width={size} height={size} aria-hidden="true" className="shrink-0">
      <path
        d="M9 3h17.5a6 6 0 0 1 4.3 1.8l4.9 5A6 6 0 0 1 37.4 14v17a6 6 0 0 1-6 6H9a6 6 0 0 1-6-6V9a6 6 0 0 1 6-6z"
        fill={ground}
        stroke={ink}
        strokeOpacity="0.3"
      />
      <circle cx="30" cy="10.5" r="2.2" fill={ink} opacity="0.85" />
      <text
        x="19"
        y="26.5"
        textAnchor="middle"
        fill={ink}
        className="font-display font-bold"
        fontSize="14"
      >
        {initials}
      </text>
    </svg>
  )
}
