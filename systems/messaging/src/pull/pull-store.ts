// Pages in SQL: many in one statement, each by one scan of the index that begins at its cursor. Its cost is that of
// the page, whatever the length of the chat.

import {
  plainArray,
  statement,
  textArray,
  type Coalescer,
  type LaneOptions,
  type Rows,
} from '@plimsoll/service'

import { textBytes } from '../chats/chat.ts'
import {
  distinctPages,
  lastCursor,
  mostTextAtOnce,
  pageKey,
  pageOf,
  type CheckedPage,
  type FoundPage,
  type StoredMessage,
} from './page.ts'

const pages = (name: string, { from, order }: { from: string; order: string }) =>
  statement(
    name,
    `select wanted.position, m.text, m.sender, m.send_time, m.seq
     from unnest($1::text[], $2::bigint[], $3::integer[]) with ordinality
       as wanted (chat, cursor, count, position)
     cross join lateral (
       select text, sender, send_time, seq from messages
       where chat = wanted.chat and send_time ${from} wanted.cursor
       order by send_time ${order} limit wanted.count
     ) as m`,
  )

const forwards = pages('pull_forwards', { from: '>=', order: 'asc' })
const backwards = pages('pull_backwards', { from: '<=', order: 'desc' })

/** Opens the lanes of both directions. Requests for the same page that go together are one in the statement. */
export function openPulling(coalescer: Coalescer): (page: CheckedPage) => Promise<FoundPage> {
  const [forward, backward] = [forwards, backwards].map((each) =>
    coalescer.lane<CheckedPage, FoundPage>(pulling(each)),
  ) as [Pulling, Pulling]
  return (page) => (page.reverse ? backward(page) : forward(page))
}

type Pulling = (page: CheckedPage) => Promise<FoundPage>

function pulling(direction: typeof forwards): LaneOptions<CheckedPage, FoundPage> {
  return {
    statement: direction,
    kind: 'read',
    // A statement reads one message more of each page, and may read what is then left out.
    bytes: ({ limit }) => 64 + (limit + 1) * textBytes,
    batch: { requests: 256, bytes: mostTextAtOnce },
    bind: (given) => {
      const wanted = [...distinctPages(given).values()]
      return [
        textArray(wanted.map(({ chat }) => chat)),
        plainArray(
          wanted.map((page) => (page.reverse && page.cursor === 0 ? lastCursor : page.cursor)),
        ),
        plainArray(wanted.map(({ limit }) => limit + 1)),
      ]
    },
    answers: (rows, given) => {
      const found = new Map([...distinctPages(given)].map(([key, page], i) => [key, { page, i }]))
      const byPosition = gather(rows, found.size)
      const made = new Map(
        [...found].map(([key, { page, i }]) => [key, pageOf(byPosition[i] ?? [], page)]),
      )
      return given.map((page) => made.get(pageKey(page)) ?? pageOf([], page))
    },
  }
}

/** The rows of each page, in their order. */
function gather(rows: Rows, pages: number): StoredMessage[][] {
  const found: StoredMessage[][] = Array.from({ length: pages }, () => [])
  for (const row of rows) {
    const [position, text, sender, send_time, seq] = row as readonly string[]
    found[Number(position) - 1]?.push({
      text: text ?? '',
      sender: sender ?? '',
      send_time: send_time ?? '',
      seq: seq ?? '',
    })
  }
  return found
}
