// What every part of the page has at hand: the session, and what was loaded before.

import { createContext, useContext, useSyncExternalStore } from 'react'
import type { LoadedBefore } from './resource/loaded-before.ts'
import type { Session, SessionView } from './session/session.ts'

export interface Site {
  readonly session: Session
  readonly loadedBefore: LoadedBefore
}

export const SiteContext = createContext<Site | undefined>(undefined)

export function useSite(): Site {
  const site = useContext(SiteContext)
  if (site === undefined) throw new Error('useSite needs a SiteContext around it')
  return site
}

export function useSessionView(): SessionView {
  const { session } = useSite()
  return useSyncExternalStore(session.subscribe, session.view)
}
