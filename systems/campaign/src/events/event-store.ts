// Events with places, and who has one. Who gets a place is decided under the lock of the event's row, by
// `register_for_event` of migrations/0003_waiting_before.sql; how long the line is, without it.

import { plainArray, statement, type Coalescer, type Reads, type Rows } from '@plimsoll/service'

import { isoTime } from '../http/timestamps.ts'
import { byPlace, single } from '../teams/team-store.ts'

/** An event as one user sees it. */
export interface Event {
  readonly id: string
  readonly title: string
  readonly capacity: number
  /** Places that are taken. */
  readonly registered: number
  readonly waiting: number
  /** ISO 8601 with microseconds. */
  readonly opens_at: string
  readonly closes_at: string
  /** What the reader is. */
  readonly status: 'registered' | 'waiting' | null
}

export interface NewEvent {
  readonly title: string
  readonly capacity: number
  /** As PostgreSQL reads them; null: now. */
  readonly opens_at: string | null
  readonly closes_at: string
}

/** The new event; `backwards`: it would close before it opens. */
export type Creating = Event | 'nobody' | 'backwards'
/** What became of a wish for a place. */
export type Registering = 'registered' | 'waiting' | 'closed' | 'full' | 'absent' | 'nobody'
/** The same, with how many wait before the user. */
export interface Registered {
  readonly verdict: Registering
  readonly before: number
}

/** What became of a wish to give it back. */
export type Cancelling = 'cancelled' | 'closed' | 'absent' | 'stranger'

/** A page of events: `count` before an id, for one user. */
export interface EventPage {
  readonly before: string
  readonly count: number
  readonly user_id: string
}

const columns = 'id, title, capacity, registered, waiting, opens_at, closes_at'

const create = statement(
  'create_event',
  `with creator as (
     select id from users where id = $5::bigint
   ), event as (
     insert into events (title, capacity, opens_at, closes_at, created_by)
     select $1, $2::integer, opens_at, $4::timestamptz, creator.id
     from creator, coalesce($3::timestamptz, now()) as opens_at where $4::timestamptz > opens_at
     returning ${columns}
   )
   select one.id, event.*, null
   from (select (select id from creator) as id) as one left join event on true`,
)

const list = statement(
  'list_events',
  `select wanted.place, event.*, mine.status
   from unnest($1::bigint[], $2::integer[], $3::bigint[])
     with ordinality as wanted (before, count, user_id, place)
   cross join lateral (
     select ${columns} from events where id < wanted.before order by id desc limit wanted.count
   ) as event
   left join registrations mine on mine.event_id = event.id and mine.user_id = wanted.user_id`,
)

/** Events are locked in the order of their ids; of one event who came first is first. */
const register = statement(
  'register_for_event',
  `select given.place, registered.*
   from (
     select * from unnest($1::bigint[], $2::bigint[])
       with ordinality as given (event_id, user_id, place)
     order by event_id, place
   ) as given
   cross join lateral register_for_event(given.event_id, given.user_id, $3::integer) as registered`,
)
/** Of who asks again: nothing where somebody waits no more. */
const countBefore = statement(
  'waiting_before',
  `select given.place, (
     select count(*) from registrations r
     where r.event_id = mine.event_id and r.status = 'waiting' and r.id < mine.id
   )
   from unnest($1::bigint[], $2::bigint[]) with ordinality as given (event_id, user_id, place)
   join registrations mine on mine.event_id = given.event_id and mine.user_id = given.user_id
   where mine.status = 'waiting'`,
)
const cancel = statement('cancel_registration', 'select * from cancel_registration($1, $2)')

export interface EventStoreOptions {
  readonly writer: Coalescer
  readonly reads: Reads
  readonly mostWaiting: number
}

/** Opens the lanes of events. */
export function openEvents({ writer, reads, mostWaiting }: EventStoreOptions) {
  const made = single(writer, {
    statement: create,
    kind: 'write',
    answer: ([row = []]): Creating => {
      const [creator = null, id = null] = row
      if (creator === null) return 'nobody'
      return id === null ? 'backwards' : eventOf(row)
    },
  })
  const registering = openRegistering(writer, mostWaiting)
  const cancelling = single(writer, {
    statement: cancel,
    kind: 'write',
    answer: ([row]) => (row?.[0] ?? 'absent') as Cancelling,
  })
  return {
    create: ({ title, capacity, opens_at, closes_at }: NewEvent, user_id: string) =>
      made(title, capacity, opens_at, closes_at, user_id),
    list: reads.lane<EventPage, Event[]>({
      statement: list,
      bytes: ({ count }) => 200 * count,
      bind: (pages) => [
        plainArray(pages.map(({ before }) => before)),
        plainArray(pages.map(({ count }) => count)),
        plainArray(pages.map(({ user_id }) => user_id)),
      ],
      answers: byPlace(eventOf),
    }),
    register: (event_id: string, user_id: string) => registering({ event_id, user_id }),
    cancel: (event_id: string, user_id: string) => cancelling(event_id, user_id),
  }
}

export type Events = ReturnType<typeof openEvents>

interface Wish {
  readonly event_id: string
  readonly user_id: string
}

function openRegistering(writer: Coalescer, mostWaiting: number) {
  const bind = (given: readonly Wish[]) => [
    plainArray(given.map(({ event_id }) => event_id)),
    plainArray(given.map(({ user_id }) => user_id)),
  ]
  const asking = writer.lane<Wish, { readonly verdict: Registering; readonly before?: number }>({
    statement: register,
    kind: 'write',
    bytes: () => 40,
    bind: (given) => [...bind(given), mostWaiting],
    answers: (rows, given) => {
      const found = new Map(rows.map((row) => [Number(row[0]) - 1, row]))
      return given.map((_, i) => {
        const [, verdict = 'absent', before = null] = found.get(i) ?? []
        return {
          verdict: verdict as Registering,
          ...(before === null ? {} : { before: Number(before) }),
        }
      })
    },
  })
  const counting = writer.lane<Wish, number>({
    statement: countBefore,
    kind: 'read',
    // Each is work for the length of a waiting list.
    batch: { requests: 8, bytes: 1_048_576 },
    bytes: () => 40,
    bind,
    answers: (rows, given) => {
      const found = new Map(rows.map(([place, before]) => [Number(place) - 1, Number(before)]))
      return given.map((_, i) => found.get(i) ?? 0)
    },
  })
  return async (wish: Wish): Promise<Registered> => {
    const { verdict, before } = await asking(wish)
    return { verdict, before: before ?? (await counting(wish)) }
  }
}

function eventOf([
  ,
  id,
  title,
  capacity,
  registered,
  waiting,
  opens,
  closes,
  status,
]: Rows[number]): Event {
  return {
    id: id ?? '',
    title: title ?? '',
    capacity: Number(capacity),
    registered: Number(registered),
    waiting: Number(waiting),
    opens_at: isoTime(opens ?? ''),
    closes_at: isoTime(closes ?? ''),
    status: status === 'registered' || status === 'waiting' ? status : null,
  }
}
