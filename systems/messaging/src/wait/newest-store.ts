// How far chats have come, for those who wait for the next message: one probe of each counter.

import { statement, textArray, type Coalescer } from '@plimsoll/service'

const newest = statement(
  'newest_of_chats',
  `select wanted.position, c.last_time
   from unnest($1::text[]) with ordinality as wanted (chat, position)
   join chats c on c.chat = wanted.chat`,
)

/** Opens the lane: the time of the newest message of each chat, 0 where there is none. */
export function openNewest(
  coalescer: Coalescer,
): (chats: readonly string[]) => Promise<readonly string[]> {
  return coalescer.lane<readonly string[], readonly string[]>({
    statement: newest,
    kind: 'read',
    batch: { requests: 1, bytes: 1_048_576 },
    bytes: (chats) => chats.length * 32,
    bind: ([chats = []]) => [textArray([...chats])],
    answers: (rows, [chats = []]) => {
      const found = new Map(rows.map(([position, time]) => [Number(position) - 1, time ?? '0']))
      return [chats.map((_, i) => found.get(i) ?? '0')]
    },
  })
}
