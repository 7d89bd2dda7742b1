// The cache of the newest records, where the settings name a Redis.

import type { Logger } from '@plimsoll/service'
import { Cache } from '@plimsoll/service/cache'

import { NewestCache } from './newest-cache.ts'

/** The rows, and the connection that goes with them. */
export interface Newest extends AsyncDisposable {
  readonly rows: NewestCache
}

export interface NewestSettings {
  readonly REDIS_URL?: string
  readonly CACHE_TIMEOUT_MS: number
  readonly NEWEST_KEPT: number
}

const commandsWaiting = 1_000

/** Undefined without a Redis. One that is not there yet is met later. */
export function openNewest(settings: NewestSettings, log: Logger): Newest | undefined {
  const { REDIS_URL: url, CACHE_TIMEOUT_MS: timeout, NEWEST_KEPT: keep } = settings
  if (url === undefined) return undefined
  const cache = new Cache({
    url,
    timeout,
    queueLimit: commandsWaiting,
    onError: (error) => log.warn({ err: error }, 'the cache does not answer'),
  })
  return {
    rows: new NewestCache(cache, keep),
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  }
}
