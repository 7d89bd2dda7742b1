import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { wordsOf } from '../api/refusal.ts'

/** What stands where nothing is to be shown: why, and what one may do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div className="grid place-items-center gap-3 rounded-3xl border border-dashed border-edge px-6 py-10 text-center">
      <p className="font-display text-lg font-bold text-balance">{title}</p>
      {children}
    </div>
  )
}

/** What stands where something could not be loaded. */
export function NotLoaded({
  what,
  error,
  onRetry,
}: {
  what: string
  error: unknown
  onRetry: () => void
}): ReactNode {
  return (
    <div
      role="alert"
      className="grid place-items-center gap-3 rounded-3xl bg-blush px-6 py-10 text-center text-coral"
    >
      <p className="font-display text-lg font-bold">{what} could not be loaded</p>
      <p className="max-w-prose text-balance">{wordsOf(error)}</p>
      <Button tone="quiet" onClick={onRetry}>
        Try again
      </Button>
    </div>
  )
}
