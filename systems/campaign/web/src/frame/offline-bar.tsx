import { useSyncExternalStore, type ReactNode } from 'react'

/** Says that the browser is offline; the room for it is part of the page, so nothing under the hand jumps twice. */
export function OfflineBar(): ReactNode {
  const isOnline = useSyncExternalStore(listen, () => navigator.onLine)
  return (
    <div role="status">
      {isOnline ? null : (
        <p className="bg-marigold px-4 py-2 text-center font-semibold text-on-marigold">
          You are offline. What you see may be old; nothing can be sent.
        </p>
      )}
    </div>
  )
}

function listen(onChange: () => void): () => void {
  addEventListener('online', onChange)
  addEventListener('offline', onChange)
  return () => {
    removeEventListener('online', onChange)
    removeEventListener('offline', onChange)
  }
}
