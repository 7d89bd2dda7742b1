// Users and their sessions. A registration is one transaction: the user, the audience that hears of changes,
// and the session.

import { statement, type Coalescer, type Rows, type Statement } from '@plimsoll/service'

import { isoTime } from '../http/timestamps.ts'

/** A user as everybody may see it. */
export interface User {
  readonly id: string
  readonly username: string
  /** ISO 8601 with microseconds. */
  readonly created_at: string
  readonly last_active_at: string
}

const columns = 'u.id, u.username, u.created_at, u.last_active_at'

const register = statement(
  'register',
  `with u as (
     insert into users (username, password_digest) values ($1, $2)
     on conflict (username) do nothing
     returning *
   ), heard as (
     insert into audiences (id, version) select id, microseconds_now() from u
   ), seated as (
     insert into sessions (key, user_id, expires_at)
     select decode($3, 'hex'), id, now() + $4::integer * interval '1 second' from u
   )
   select ${columns} from u`,
)

const findCredentials = statement(
  'find_credentials',
  'select u.id, u.password_digest from users u where u.username = $1',
)

const openSession = statement(
  'open_session',
  `with u as (
     update users set last_active_at = now() where id = $1 returning *
   ), seated as (
     insert into sessions (key, user_id, expires_at)
     select decode($2, 'hex'), id, now() + $3::integer * interval '1 second' from u
   )
   select ${columns} from u`,
)

const findSession = statement(
  'find_session',
  `select ${columns} from sessions s join users u on u.id = s.user_id
   where s.key = decode($1, 'hex') and s.expires_at > now()`,
)

const findUser = statement('find_user', `select ${columns} from users u where u.id = $1`)

const refreshSession = statement(
  'refresh_session',
  `update users u set last_active_at = now() from sessions s
   where s.key = decode($1, 'hex') and s.expires_at > now() and u.id = s.user_id
   returning ${columns}`,
)

const closeSession = statement(
  'close_session',
  `delete from sessions where key = decode($1, 'hex') and expires_at > now() returning user_id`,
)

/** Sessions that have expired, a bounded number at once. */
export const forgetSessions = statement(
  'forget_sessions',
  `delete from sessions where key in (
     select key from sessions where expires_at < now() order by expires_at limit 10000
   )`,
)

/** The lane of a statement that is never shared: its parameters are those of one request. */
export function single<Answer>(
  coalescer: Coalescer,
  options: { statement: Statement; kind: 'read' | 'write'; answer: (rows: Rows) => Answer },
): (...values: readonly (string | number | null)[]) => Promise<Answer> {
  const { statement, kind, answer } = options
  const lane = coalescer.lane<readonly (string | number | null)[], Answer>({
    statement,
    kind,
    batch: { requests: 1, bytes: 1_048_576 },
    bytes: () => 100,
    bind: ([values = []]) => [...values],
    answers: (rows) => [answer(rows)],
  })
  return (...values) => lane(values)
}

/** Opens the lanes of users and sessions. */
export function openUsers(coalescer: Coalescer) {
  const user = (rows: Rows) => (rows[0] === undefined ? undefined : userOf(rows[0]))
  const writing = (statement: Statement) =>
    single(coalescer, { statement, kind: 'write', answer: user })
  const reading = (statement: Statement) =>
    single(coalescer, { statement, kind: 'read', answer: user })
  return {
    /** Name, digest, session key, seconds that it lasts. Undefined when the name is taken. */
    register: writing(register),
    /** By name. */
    credentials: single(coalescer, {
      statement: findCredentials,
      kind: 'read',
      answer: ([row]) =>
        row === undefined ? undefined : { id: row[0] ?? '', digest: row[1] ?? '' },
    }),
    /** User id, session key, seconds that it lasts. */
    openSession: writing(openSession),
    /** By session key; undefined when it has expired. */
    bySession: reading(findSession),
    /** The same, and notes that the user is there. */
    refresh: writing(refreshSession),
    byId: reading(findUser),
    /** Whether there was a session under the key. */
    closeSession: single(coalescer, {
      statement: closeSession,
      kind: 'write',
      answer: (rows) => rows.length > 0,
    }),
  }
}

export type Users = ReturnType<typeof openUsers>

function userOf(row: Rows[number]): User {
  const [id, username, created_at, last_active_at] = row
  return {
    id: id ?? '',
    username: username ?? '',
    created_at: isoTime(created_at ?? ''),
    last_active_at: isoTime(last_active_at ?? ''),
  }
}
