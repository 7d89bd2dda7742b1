// The settings of a cache: spread them into the service's `Type.Object`.

import { Type } from 'typebox'

/** Where Redis is, if anywhere, and how long it may take. */
export const cacheSettings = {
  REDIS_URL: Type.Optional(
    Type.String({
      pattern: '^rediss?://',
      description: 'The Redis of the cache, e.g. redis://127.0.0.1:6379; without it there is none.',
    }),
  ),
  CACHE_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 100,
    description: 'How long the cache may take to answer; then it is done without it.',
  }),
}
