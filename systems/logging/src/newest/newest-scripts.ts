// What Redis does in one step. Two keys: the rows, a sorted set of records as JSON texts, which begin with their id
// and so lie in its order; and the state, a hash:
//
//   epoch           of the database; rows that went away began another one
//   mark            the low-water mark: an id, or empty
//   count           how many rows there are; another number means that Redis has lost some
//   <worker>        the last batch of this worker that the rows know
//
// The meaning of the mark: of all batches that the state names, every record whose id is above the mark is a row,
// and nothing else is. Every step keeps it true. Two such states of one epoch are merged by uniting the rows and
// taking the higher mark and the later batches, whichever came first: a record above both marks was in that state
// which names its batch.

import { cacheScript } from '@plimsoll/service/cache'

/** `{"id":"`, 36 characters of id: `~` comes after the quote that follows. */
const shared = `
local function upTo(mark) return '{"id":"' .. mark .. '~' end
local function higher(a, b) if a > b then return a end return b end
local function isWhole(epoch, count)
  return epoch and redis.call('ZCARD', KEYS[1]) == tonumber(count)
end
local function addRows(mark, keep, first)
  for i = first, #ARGV do redis.call('ZADD', KEYS[1], 0, ARGV[i]) end
  local extra = redis.call('ZCARD', KEYS[1]) - keep
  if extra > 0 then
    local last = redis.call('ZRANGE', KEYS[1], extra - 1, extra - 1)[1]
    mark = higher(mark, string.sub(last, 8, 43))
  end
  if mark ~= '' then redis.call('ZREMRANGEBYLEX', KEYS[1], '-', '[' .. upTo(mark)) end
  redis.call('HSET', KEYS[2], 'mark', mark, 'count', redis.call('ZCARD', KEYS[1]))
end
`

/**
 * Adds the batch that follows the last one known of its worker; any other is left out, and the state goes on naming
 * the batches before it. Values: epoch, worker, batch, mark of the batch, rows to keep, then rows.
 */
export const addBatch = cacheScript(`${shared}
local epoch, mark, count, seen = unpack(redis.call('HMGET', KEYS[2], 'epoch', 'mark', 'count', ARGV[2]))
if epoch ~= ARGV[1] or not isWhole(epoch, count) then return 0 end
if tonumber(ARGV[3]) ~= tonumber(seen or '0') + 1 then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
addRows(higher(mark, ARGV[4]), tonumber(ARGV[5]), 6)
return 1
`)

/**
 * Merges what one snapshot of the database held, or begins with it. Values: epoch, mark, rows to keep, how many
 * workers, for each its id and last batch, then rows.
 */
export const merge = cacheScript(`${shared}
local epoch, mark, count = unpack(redis.call('HMGET', KEYS[2], 'epoch', 'mark', 'count'))
if epoch ~= ARGV[1] or not isWhole(epoch, count) then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[2], 'epoch', ARGV[1])
  mark = ''
end
local first = 5 + 2 * tonumber(ARGV[4])
for i = 5, first - 1, 2 do
  local seen = redis.call('HGET', KEYS[2], ARGV[i])
  if not seen or tonumber(seen) < tonumber(ARGV[i + 1]) then
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
addRows(higher(mark, ARGV[2]), tonumber(ARGV[3]), first)
return 1
`)

/** Empties it. */
export const forget = cacheScript(`redis.call('DEL', KEYS[1], KEYS[2]) return 1`)

/**
 * The state and the newest rows, when all that are wanted lie above the mark; else nothing. Under an empty mark there
 * is nothing, so that fewer rows are all there are. Value: how many.
 */
export const readNewest = cacheScript(`${shared}
local epoch, mark, count = unpack(redis.call('HMGET', KEYS[2], 'epoch', 'mark', 'count'))
if not isWhole(epoch, count) then return false end
local from = '-'
if mark ~= '' then from = '(' .. upTo(mark) end
local rows = redis.call('ZREVRANGEBYLEX', KEYS[1], '+', from, 'LIMIT', 0, tonumber(ARGV[1]))
if mark ~= '' and #rows < tonumber(ARGV[1]) then return false end
return { redis.call('HGETALL', KEYS[2]), rows }
`)
