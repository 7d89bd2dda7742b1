// Redis: apart from the index, because a backend without it need not load the client.

export {
  Cache,
  cacheScript,
  type CacheFigures,
  type CacheOptions,
  type CacheScript,
} from './cache.ts'
