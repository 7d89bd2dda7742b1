// What is asked of Redis about the standings, each as one step: a sorted set has the teams in order, a hash has what they
// are called. Both are there whole, or the answer is nil: somebody fills them anew then.

import { cacheScript } from '@plimsoll/service/cache'

/** `KEYS`: the sorted set, the hash. The field '' of the hash says that every team was written. */
const isWhole = `
  local whole = redis.call('HGET', KEYS[2], '')
    and redis.call('HLEN', KEYS[2]) == redis.call('ZCARD', KEYS[1]) + 1`

/** Takes in `ARGV`: id, version, score, name of each team, where its version is newer, or the team lost its place. */
export const applyScores = cacheScript(`
  for n = 1, #ARGV, 4 do
    local known = redis.call('HGET', KEYS[2], ARGV[n])
    local version = known and tonumber(string.match(known, '^%d+'))
    local given = tonumber(ARGV[n + 1])
    if not version or version < given
      or (version == given and not redis.call('ZSCORE', KEYS[1], ARGV[n])) then
      redis.call('HSET', KEYS[2], ARGV[n], ARGV[n + 1] .. ' ' .. ARGV[n + 2] .. ' ' .. ARGV[n + 3])
      redis.call('ZADD', KEYS[1], '-' .. ARGV[n + 2], ARGV[n])
    end
  end
  return 1`)

/** Says that every team was written. */
export const sayWhole = cacheScript(`return redis.call('HSET', KEYS[2], '', '1')`)

const rows = `
  local answer = {}
  for n, id in ipairs(redis.call('ZRANGE', KEYS[1], first, first + count - 1)) do
    answer[3 * n - 2] = first + n
    answer[3 * n - 1] = id
    answer[3 * n] = redis.call('HGET', KEYS[2], id)
  end
  return answer`

/** The best `ARGV[1]` teams: rank, id and what it is, in turns. */
export const readTop = cacheScript(`${isWhole}
  if not whole then return nil end
  local first, count = 0, tonumber(ARGV[1])
  ${rows}`)

/** `ARGV[1]` teams around the best of the others in `ARGV`. */
export const readAround = cacheScript(`${isWhole}
  if not whole then return nil end
  local count = tonumber(ARGV[1])
  local best = nil
  for n = 2, #ARGV do
    local rank = redis.call('ZRANK', KEYS[1], ARGV[n])
    if rank and (not best or rank < best) then best = rank end
  end
  if not best then return {} end
  local last = math.max(0, redis.call('ZCARD', KEYS[1]) - count)
  local first = math.max(0, math.min(best - math.floor(count / 2), last))
  ${rows}`)

/** The teams in `ARGV` that there are. */
export const readSome = cacheScript(`${isWhole}
  if not whole then return nil end
  local answer = {}
  for _, id in ipairs(ARGV) do
    local rank = redis.call('ZRANK', KEYS[1], id)
    if rank then
      answer[#answer + 1] = rank + 1
      answer[#answer + 1] = id
      answer[#answer + 1] = redis.call('HGET', KEYS[2], id)
    end
  end
  return answer`)
