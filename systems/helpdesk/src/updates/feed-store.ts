// What a user is told: the part of their feed after a version, with the messages and conversations it names.

import {
  plainArray,
  statement,
  textArray,
  type Coalescer,
  type LaneOptions,
} from '@plimsoll/service'

import {
  conversationColumns,
  conversationOf,
  isParty,
  type Conversation,
} from '../conversations/conversation.ts'
import { longestPage_bytes, messageColumns, messageOf, type Message } from '../messages/message.ts'

export interface FeedRequest {
  readonly user_id: string
  /** Entries with a larger version. */
  readonly after: number
  /** Most entries; fewer where their messages are long. */
  readonly count: number
  readonly wants: 'all' | 'messages' | 'conversations'
}

export interface FeedPage {
  /** Up to where this page tells everything. */
  readonly version: number
  /** Whether there is more to tell right now. */
  readonly more: boolean
  /** In the order of the feed. */
  readonly messages: readonly Message[]
  readonly conversations: readonly Conversation[]
  /** Conversations that are no longer the user's. */
  readonly removed: readonly string[]
}

/** From a version on, or back from the newest. */
type Order = 'asc' | 'desc'

const emptyColumns = Array(4).fill('null').join(', ')

function feedStatement(name: string, order: Order) {
  return statement(
    name,
    `with wanted as materialized (
       select * from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[]) with ordinality
         as wanted (user_id, after, count, wants, position)
     ),
     counted as materialized (
       select wanted.position, wanted.wants, f.*, coalesce(bytes, 0) as bytes
       from wanted cross join lateral (
         select version, conversation_id, from_seq, to_seq from feed
         where user_id = wanted.user_id and version > wanted.after
           and (wanted.wants <> 'messages' or from_seq is not null)
         order by version ${order} limit wanted.count
       ) as f
       cross join lateral (
         select sum(octet_length(content)) as bytes from messages
         where wanted.wants <> 'conversations'
           and conversation_id = f.conversation_id and seq between f.from_seq and f.to_seq
       ) as m
     ),
     measured as materialized (
       select *, sum(bytes) over (partition by position order by version ${order}) - bytes
         < ${longestPage_bytes} as fits
       from counted
     ),
     told as materialized (select * from measured where fits)
     select told.position, 'message' as kind, told.version, m.seq, ${messageColumns}, ${emptyColumns}
     from told join messages m
       on m.conversation_id = told.conversation_id and m.seq between told.from_seq and told.to_seq
     where told.wants <> 'conversations'
     union all
     select changed.position, 'conversation', changed.version, null, ${conversationColumns}
     from (
       select position, conversation_id, max(version) as version from told
       where wants <> 'messages' group by position, conversation_id
     ) as changed join conversations c on c.id = changed.conversation_id
     union all
     select wanted.position, 'end', coalesce(max(a.version), 0), count(measured.version),
       max(measured.version) filter (where fits)::text, (not bool_and(fits))::text,
       ${Array(10).fill('null').join(', ')}
     from wanted left join audiences a on a.id = wanted.user_id
     left join measured on measured.position = wanted.position
     group by wanted.position`,
  )
}

const laneOptions = (order: Order): LaneOptions<FeedRequest, FeedPage> => ({
  statement: feedStatement(order === 'asc' ? 'feed_after' : 'feed_newest', order),
  kind: 'read',
  // Answers, not requests, are large: up to a thousand messages each.
  batch: { requests: 16, bytes: 1_048_576 },
  bytes: () => 48,
  bind: (given) => [
    plainArray(given.map(({ user_id }) => user_id)),
    plainArray(given.map(({ after }) => after)),
    plainArray(given.map(({ count }) => count)),
    textArray(given.map(({ wants }) => wants)),
  ],
  answers(rows, given) {
    const readings = given.map((request) => new Reading(request, order))
    for (const row of rows) readings[Number(row[0]) - 1]?.add(row)
    return readings.map((reading) => reading.page())
  },
})

/** Gathers the rows of one request. */
class Reading {
  readonly #request: FeedRequest
  readonly #order: Order
  readonly #messages: { version: number; seq: number; message: Message }[] = []
  readonly #conversations: { version: number; conversation: Conversation }[] = []
  #end = { version: 0, entries: 0, last: 0, isCut: false }

  constructor(request: FeedRequest, order: Order) {
    this.#request = request
    this.#order = order
  }

  add(row: readonly (string | null)[]): void {
    const [, kind, text, count, last, isCut] = row
    const version = Number(text)
    if (kind === 'message') {
      this.#messages.push({ version, seq: Number(count), message: messageOf(row, 4) })
    } else if (kind === 'conversation') {
      const conversation = conversationOf(row, { from: 4, reader: this.#request.user_id })
      this.#conversations.push({ version, conversation })
    } else {
      this.#end = { version, entries: Number(count), last: Number(last), isCut: isCut === 'true' }
    }
  }

  page(): FeedPage {
    const { user_id, after, count } = this.#request
    // Of the newest entries what is left out is older, and not for the next page.
    const more = this.#order === 'asc' && (this.#end.entries >= count || this.#end.isCut)
    const conversations = this.#conversations
      .toSorted((a, b) => a.version - b.version)
      .map(({ conversation }) => conversation)
    const isOwn = (conversation: Conversation) => isParty(user_id, conversation)
    return {
      version: Math.max(more ? this.#end.last : this.#end.version, after),
      more,
      messages: this.#messages
        .toSorted((a, b) => a.version - b.version || a.seq - b.seq)
        .map(({ message }) => message),
      conversations: conversations.filter(isOwn),
      removed: conversations.filter((one) => !isOwn(one)).map(({ id }) => id),
    }
  }
}

/** Opens the lanes: the first entries after a version, or the last ones. */
export function openFeed(coalescer: Coalescer) {
  return {
    after: coalescer.lane(laneOptions('asc')),
    newest: coalescer.lane(laneOptions('desc')),
  }
}

export type Feed = ReturnType<typeof openFeed>
