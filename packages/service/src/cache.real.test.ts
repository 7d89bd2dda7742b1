import { openCache, redisVersion } from '@plimsoll/stores'
import { expect, test } from 'vitest'

import { needs } from '../../../test/optional-part.ts'
import { Cache, cacheScript } from './cache.ts'

const add = cacheScript(`return redis.call('INCRBY', KEYS[1], ARGV[1])`)

test('commands and scripts are answered; without an answer it is undefined, in time, and it comes back', async (context) => {
  needs('redis-server', context)
  expect(redisVersion()).not.toBeNull()
  await using server = await openCache()
  let troubles = 0
  await using cache = new Cache({
    url: server.url,
    timeout: 300,
    queueLimit: 100,
    onError: () => (troubles += 1),
  })
  const isThere = async () => (await cache.ask(['PING'])) === 'PONG'
  await expect.poll(isThere, { timeout: 5_000 }).toBe(true)
  expect([await cache.run(add, ['n'], ['2']), await cache.run(add, ['n'], ['3'])]).toEqual([2, 5])
  await server.kill()
  const since = performance.now()
  expect([await cache.ask(['GET', 'n']), await cache.run(add, ['n'], ['1'])]).toEqual([
    undefined,
    undefined,
  ])
  expect(performance.now() - since).toBeLessThan(1_500)
  await server.restart()
  await expect.poll(isThere, { timeout: 10_000 }).toBe(true)
  expect(await cache.run(add, ['n'], ['1'])).toBe(1)
  expect(troubles).toBeGreaterThan(0)
  expect(cache.figures().failures).toBeGreaterThanOrEqual(2)
})

test('a server that hangs is not waited for, and is asked again when it goes on', async (context) => {
  needs('redis-server', context)
  await using server = await openCache()
  await using cache = new Cache({
    url: server.url,
    timeout: 200,
    queueLimit: 100,
    onError: () => {},
  })
  const isThere = async () => (await cache.ask(['PING'])) === 'PONG'
  await expect.poll(isThere, { timeout: 5_000 }).toBe(true)
  await server.kill('SIGSTOP')
  const since = performance.now()
  expect([await cache.ask(['GET', 'n']), await cache.run(add, ['n'], ['1'])]).toEqual([
    undefined,
    undefined,
  ])
  expect(performance.now() - since).toBeLessThan(1_000)
  await server.kill('SIGCONT')
  await expect.poll(isThere, { timeout: 5_000 }).toBe(true)
})
