// Going from page to page without loading anew: the address is the only state.

import { useSyncExternalStore } from 'react'

const moved = 'tagtogether:moved'

/** The path one is at; follows links, `goTo` and the browser's own buttons. */
export function usePath(): string {
  return useSyncExternalStore(listen, () => location.pathname)
}

function listen(onChange: () => void): () => void {
  addEventListener('popstate', onChange)
  addEventListener(moved, onChange)
  return () => {
    removeEventListener('popstate', onChange)
    removeEventListener(moved, onChange)
  }
}

/** Goes to a path of this site. */
export function goTo(path: string): void {
  if (path === location.pathname + location.search) return
  history.pushState(null, '', path)
  scrollTo(0, 0)
  dispatchEvent(new Event(moved))
}

/** Where `?next=` leads: a path of this site, never another site. Browsers leave tabs and line ends out of addresses. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/'
  return /^\/(?![/\\])[^\t\r\n]*$/.test(next) ? next : '/'
}
