import type { ReactNode } from 'react'

/** Room for what is being loaded, as large as it will be. */
export function Skeleton({ className = '' }: { className?: string }): ReactNode {
  return <div aria-hidden="true" className={`animate-breathe rounded-2xl bg-line ${className}`} />
}

/** Says that something is being loaded, to those who do not see the room for it. */
export function Loading({ what, children }: { what: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <p role="status" className="sr-only">
        Loading {what} …
      </p>
      {children}
    </div>
  )
}
