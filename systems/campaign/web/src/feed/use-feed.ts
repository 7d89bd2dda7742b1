import { useState } from 'react'
import type { Post } from '../api/contract.ts'
import { useAction } from '../resource/use-action.ts'
import { useResource } from '../resource/use-resource.ts'
import { useSite } from '../site.tsx'
import { unseenIn, withNewest, withOlder, type FeedPage } from './feed-list.ts'

export interface Feed {
  readonly shown: FeedPage | undefined
  /** How many newer posts wait to be shown. */
  readonly unseen: number
  readonly error: unknown
  readonly older: {
    readonly isBusy: boolean
    readonly error: unknown
    readonly run: () => Promise<void>
  }
  /** Asks for the newest posts and shows them. */
  readonly refresh: () => Promise<void>
  /** Shows the newer posts that wait. */
  readonly showUnseen: () => void
}

const path = '/api/post/posts/?limit=20'
const lookEvery_ms = 10_000

/** The feed: what was there when one came, more below as one asks, and newer posts when one wants them. */
export function useFeed(): Feed {
  const { session } = useSite()
  const [kept, setKept] = useState<FeedPage>()
  const read = async (path: string, signal?: AbortSignal): Promise<FeedPage> => {
    const { body, next } = await session.readPage<Post[]>(path, signal ? { signal } : {})
    return { posts: body, next }
  }
  const newest = useResource('feed', (signal) => read(path, signal), { every: lookEvery_ms })
  const shown = kept ?? newest.value
  // What is shown first stays until its reader asks for more.
  if (kept === undefined && newest.value !== undefined) setKept(newest.value)
  const older = useAction(async () => {
    if (shown?.next !== undefined) setKept(withOlder(shown, await read(shown.next)))
  })
  return {
    shown,
    unseen: shown === undefined || newest.value === undefined ? 0 : unseenIn(shown, newest.value),
    error: newest.error,
    older,
    refresh: async () => {
      const page = await read(path).catch(() => undefined)
      if (page !== undefined)
        setKept((kept) => (kept === undefined ? page : withNewest(kept, page)))
    },
    showUnseen: () => {
      if (shown !== undefined && newest.value !== undefined)
        setKept(withNewest(shown, newest.value))
    },
  }
}
