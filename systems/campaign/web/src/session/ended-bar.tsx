import type { ReactNode } from 'react'
import { useSessionView, useSite } from '../site.tsx'

/** Says that the session has ended: everything can be read on, and one click brings it back. */
export function EndedBar(): ReactNode {
  const { session } = useSite()
  const { state } = useSessionView()
  return (
    <div role="status">
      {state !== 'ended' ? null : (
        <p className="flex flex-wrap items-center justify-center gap-x-4 gap-y-1 bg-glow px-4 py-1.5 font-semibold text-ink">
          Your session has ended.
          <button
            type="button"
            className="min-h-9 cursor-pointer underline underline-offset-4"
            onClick={() => void session.renew()}
          >
            Log in again
          </button>
        </p>
      )}
    </div>
  )
}
