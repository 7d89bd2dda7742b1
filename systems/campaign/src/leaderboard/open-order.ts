// Where the standings are kept, as the settings say.

import type { Coalescer, Logger } from '@plimsoll/service'

import type { Order } from './leaderboard.ts'
import { Standings } from './standings.ts'

export interface OrderSettings {
  readonly REDIS_URL?: string
  readonly CACHE_TIMEOUT_MS: number
}

const commandsWaiting = 10_000

/** In Redis where there is one, else in this process. */
export async function openOrder(
  { REDIS_URL: url, CACHE_TIMEOUT_MS: timeout }: OrderSettings,
  { writer, log }: { writer: Coalescer; log: Logger },
): Promise<{ readonly order: Order; readonly close: () => Promise<void> }> {
  if (url === undefined) return { order: new Standings(), close: async () => undefined }
  // The client of Redis is loaded only by who has one.
  const { Cache } = await import('@plimsoll/service/cache')
  const { SharedStandings } = await import('./shared-standings.ts')
  const cache = new Cache({
    url,
    timeout,
    queueLimit: commandsWaiting,
    onError: (error) => log.warn({ err: error }, 'the cache does not answer'),
  })
  const order = new SharedStandings({ cache, writer })
  return { order, close: () => cache[Symbol.asyncDispose]() }
}
