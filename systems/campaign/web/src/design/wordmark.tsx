import type { ReactNode } from 'react'

/** The name of the site beside its tag. */
export function Wordmark(): ReactNode {
  return (
    <span className="flex items-center gap-2.5">
      <svg viewBox="12 10 46 46" width="34" height="34" aria-hidden="true">
        <path
          d="M14 18a6 6 0 0 1 6-6h15a6 6 0 0 1 4.3 1.8l14 14a6 6 0 0 1 0 8.4l-15 15a6 6 0 0 1-8.5 0l-14-14A6 6 0 0 1 14 33z"
          fill="var(--marigold)"
        />
        <circle cx="24" cy="22" r="4" fill="var(--band)" />
        <path
          d="m28 34 5 5 9-10"
          fill="none"
          stroke="var(--band)"
          strokeWidth="4.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className="font-display text-[1.4rem] leading-none font-extrabold tracking-tight">
        Tag<span className="text-marigold">Together</span>
      </span>
    </span>
  )
}
