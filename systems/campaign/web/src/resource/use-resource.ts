import { useCallback, useEffect, useRef, useState } from 'react'
import { useSite } from '../site.tsx'

export interface Resource<T> {
  /** What was loaded last, also while it is loaded anew or cannot be. */
  readonly value: T | undefined
  /** Why the last attempt failed; undefined when it did not. */
  readonly error: unknown
  /** Loads it anew. Never throws: `error` tells. */
  readonly reload: () => Promise<void>
}

interface Loaded {
  readonly key: string
  readonly value: unknown
  readonly error: unknown
}

/**
 * Loads what a key names, shows what was loaded before meanwhile, and loads it again when the browser is back
 * online, and every `every` milliseconds while the page is looked at.
 */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  { every }: { every?: number } = {},
): Resource<T> {
  const { loadedBefore } = useSite()
  const [loaded, setLoaded] = useState<Loaded>({ key: '', value: undefined, error: undefined })
  const current = useRef<{ key: string; load: typeof load; abort: AbortController }>(undefined)

  const reload = useCallback(async () => {
    const asked = current.current
    if (asked === undefined) return
    const { abort, load } = asked
    try {
      const value = await load(abort.signal)
      if (abort.signal.aborted) return
      loadedBefore.set(asked.key, value)
      setLoaded({ key: asked.key, value, error: undefined })
    } catch (error) {
      if (abort.signal.aborted) return
      setLoaded({ key: asked.key, value: loadedBefore.get(asked.key), error })
    }
  }, [loadedBefore])

  useEffect(() => {
    const abort = new AbortController()
    current.current = { key, load, abort }
    void reload()
    addEventListener('online', () => void reload(), { signal: abort.signal })
    const timer = every === undefined ? undefined : setInterval(whileSeen(reload), every)
    return () => {
      abort.abort()
      clearInterval(timer)
    }
    // `load` belongs to `key`: another function for the same key loads the same.
  }, [key, every, reload])

  const isCurrent = loaded.key === key
  const value = isCurrent ? loaded.value : loadedBefore.get(key)
  return { value: value as T | undefined, error: isCurrent ? loaded.error : undefined, reload }
}

function whileSeen(act: () => Promise<void>): () => void {
  return () => {
    if (!document.hidden) void act()
  }
}
