// Pages in SQL: many in one statement, each by one scan of the index that begins at its cursor. Its cost is that of
// the page, whatever the length of the chat.

import {
  plainArray,
  statement,
  textArray,
  type Coalescer,
  type LaneOptions,
} from '@plimsoll/service'

import { textBytes } from '../chats/chat.ts'
import {
  distinctPages,
  lastCursor,
  linesFitting,
  mostTextAtOnce,
  pageKey,
  type CheckedPage,
  type MessageLines,
} from './page.ts'

/** A row is a page: a row for each message would cost three times as much to read. */
const pages = (name: string, { from, order }: { from: string; order: string }) =>
  statement(
    name,
    `select wanted.position, page.messages
     from unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::bigint[]) with ordinality
       as wanted (chat, head, cursor, count, after, position)
     cross join lateral (
       select string_agg(
         wanted.head || to_json(text)::text || ',"sender":' || to_json(sender)::text ||
         ',"send_time":' || send_time || ',"seq":' || seq || '}', e'\n') as messages
       from (
         select text, sender, send_time, seq from messages
         where chat = wanted.chat and send_time ${from} wanted.cursor and send_time > wanted.after
         order by send_time ${order} limit wanted.count
       ) as found
     ) as page`,
  )

const forwards = pages('pull_forwards', { from: '>=', order: 'asc' })
const backwards = pages('pull_backwards', { from: '<=', order: 'desc' })

/** Opens the lanes of both directions. Requests for the same page that go together are one in the statement. */
export function openPulling(coalescer: Coalescer): (page: CheckedPage) => Promise<MessageLines> {
  const [forward, backward] = [forwards, backwards].map((each) =>
    coalescer.lane<CheckedPage, MessageLines>(pulling(each)),
  ) as [Pulling, Pulling]
  return (page) => (page.reverse ? backward(page) : forward(page))
}

type Pulling = (page: CheckedPage) => Promise<MessageLines>

function pulling(direction: typeof forwards): LaneOptions<CheckedPage, MessageLines> {
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
        textArray(wanted.map(({ chat }) => `{"chat":${JSON.stringify(chat)},"text":`)),
        plainArray(
          wanted.map((page) => (page.reverse && page.cursor === 0 ? lastCursor : page.cursor)),
        ),
        plainArray(wanted.map(({ limit }) => limit + 1)),
        plainArray(wanted.map(({ after }) => after)),
      ]
    },
    answers: (rows, given) => {
      const wanted = [...distinctPages(given)]
      const made = new Map<string, MessageLines>()
      for (const [position, lines] of rows) {
        const [key, page] = wanted[Number(position) - 1] ?? []
        if (key === undefined || page === undefined) continue
        made.set(key, linesFitting(lines ?? '', page.limit))
      }
      return given.map((page) => made.get(pageKey(page)) ?? '')
    },
  }
}
