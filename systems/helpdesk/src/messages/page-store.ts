// Pages of a conversation's messages, by their numbers; they end early where messages are long. Who may not read the
// conversation gets no page.

import { plainArray, statement, type Coalescer, type LaneOptions } from '@plimsoll/service'

import { longestPage_bytes, messageColumns, messageOf, type Message } from './message.ts'

/** Messages after a number, or the last ones before one. */
export interface PageRequest {
  readonly conversation_id: string
  readonly reader: string
  readonly from: number
  readonly count: number
}

/** Messages, oldest first, and the number of the first and the last; undefined for who may not read them. */
export type Page =
  | { readonly messages: readonly Message[]; readonly first: number; readonly last: number }
  | undefined

function pageStatement(
  name: string,
  { range, order }: { readonly range: string; readonly order: string },
) {
  return statement(
    name,
    `select wanted.position, m.seq, ${messageColumns}
     from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[]) with ordinality
       as wanted (conversation_id, reader, "from", count, position)
     join conversations c on c.id = wanted.conversation_id
       and (c.initiator_id = wanted.reader or c.expert_id = wanted.reader)
     left join lateral (
       select * from (
         select *, sum(octet_length(content)) over (order by ${order}) - octet_length(content) as before
         from (
           select * from messages where conversation_id = wanted.conversation_id and ${range}
           order by ${order} limit wanted.count
         ) as counted
       ) as measured where before < ${longestPage_bytes}
     ) as m on true`,
  )
}

const after = pageStatement('messages_after', { range: 'seq > wanted."from"', order: 'seq' })
const before = pageStatement('messages_before', { range: 'seq < wanted."from"', order: 'seq desc' })

function laneOptions(statement: typeof after): LaneOptions<PageRequest, Page> {
  return {
    statement,
    kind: 'read',
    batch: { requests: 32, bytes: 1_048_576 },
    bytes: () => 40,
    bind: (given) => [
      plainArray(given.map(({ conversation_id }) => conversation_id)),
      plainArray(given.map(({ reader }) => reader)),
      plainArray(given.map(({ from }) => from)),
      plainArray(given.map(({ count }) => count)),
    ],
    answers(rows, given) {
      const found = new Map<number, { seq: number; message: Message }[]>()
      for (const row of rows) {
        const i = Number(row[0]) - 1
        const page = found.get(i) ?? []
        found.set(i, page)
        if (row[1] !== null) page.push({ seq: Number(row[1]), message: messageOf(row, 2) })
      }
      return given.map((_, i): Page => {
        const page = found.get(i)?.toSorted((a, b) => a.seq - b.seq)
        if (page === undefined) return undefined
        const messages = page.map(({ message }) => message)
        return { messages, first: page[0]?.seq ?? 1, last: page.at(-1)?.seq ?? 0 }
      })
    },
  }
}

/** Opens the lanes of pages. */
export function openPages(coalescer: Coalescer) {
  return {
    after: coalescer.lane(laneOptions(after)),
    before: coalescer.lane(laneOptions(before)),
  }
}
