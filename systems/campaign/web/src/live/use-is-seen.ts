import { useSyncExternalStore } from 'react'

/** Whether the page is looked at, or lies behind another tab. */
export function useIsSeen(): boolean {
  return useSyncExternalStore(listen, () => !document.hidden)
}

function listen(onChange: () => void): () => void {
  document.addEventListener('visibilitychange', onChange)
  return () => document.removeEventListener('visibilitychange', onChange)
}
