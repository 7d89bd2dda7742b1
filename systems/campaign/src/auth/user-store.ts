// Users. Whether a name is free is decided by the database when the user is written.

import { plainArray, statement, textArray, type Coalescer } from '@plimsoll/service'

import type { Name } from '../names/name.ts'

/** What a new user is made of. */
export interface NewUser {
  readonly name: Name
  readonly digest: string
  readonly is_old_customer: boolean
}

/** What a login needs. */
export interface Credentials {
  readonly id: string
  readonly user_name: string
  readonly digest: string
}

const register = statement(
  'register',
  `with made as (
     insert into users (user_name, name_key, password_digest, is_old_customer)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[])
       as given (user_name, name_key, digest, is_old_customer)
     order by name_key
     on conflict (name_key) do nothing
     returning password_digest
   )
   select password_digest from made`,
)

const findCredentials = statement(
  'find_credentials',
  `select wanted.place, u.id, u.user_name, u.password_digest
   from unnest($1::text[]) with ordinality as wanted (name_key, place)
   join users u on u.name_key = wanted.name_key`,
)

/** Opens the lanes of users. */
export function openUsers(writer: Coalescer) {
  return {
    /** Resolves to false when the name is taken. */
    register: writer.lane<NewUser, boolean>({
      statement: register,
      kind: 'write',
      bytes: ({ name }) => 200 + 2 * Buffer.byteLength(name.key),
      bind: (given) => [
        textArray(given.map(({ name }) => name.shown)),
        textArray(given.map(({ name }) => name.key)),
        textArray(given.map(({ digest }) => digest)),
        plainArray(given.map(({ is_old_customer }) => is_old_customer)),
      ],
      // Each digest has a salt of its own, so it says which of several with one name was the first.
      answers: (rows, given) => {
        const made = new Set(rows.map(([digest]) => digest))
        return given.map(({ digest }) => made.has(digest))
      },
    }),
    /** By the key of the name; undefined when there is no such user. */
    credentials: writer.lane<string, Credentials | undefined>({
      statement: findCredentials,
      kind: 'read',
      bytes: (key) => Buffer.byteLength(key),
      bind: (keys) => [textArray(keys)],
      answers: (rows, keys) => {
        const found = new Map(rows.map((row) => [Number(row[0]) - 1, row]))
        return keys.map((_, i) => {
          const row = found.get(i)
          if (row === undefined) return undefined
          return { id: row[1] ?? '', user_name: row[2] ?? '', digest: row[3] ?? '' }
        })
      },
    }),
  }
}

export type Users = ReturnType<typeof openUsers>
