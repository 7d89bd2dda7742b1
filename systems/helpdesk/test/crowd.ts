// Many users at once, without hashing a password for each: rows as registration writes them, and tokens as
// the service issues them.

import { Tokens } from '@plimsoll/service/tokens'

import { callerAt, tokenSecret, type Caller, type RunningHelpdesk } from './running-helpdesk.ts'

/** Adds users named `${prefix}_1` and so on; each talks to the first instance. */
export async function addCrowd(
  { sql, url }: Pick<RunningHelpdesk, 'sql' | 'url'>,
  { count, prefix = 'crowd' }: { count: number; prefix?: string },
): Promise<Caller[]> {
  const tokens = new Tokens<null>({
    secret: tokenSecret,
    lifetime_seconds: 900,
    remembered: 1,
    identityOf: () => null,
    now: Date.now,
  })
  const rows = await sql(
    `with u as (
       insert into users (username, password_digest)
       select $2 || '_' || n, 'none' from generate_series(1, $1::integer) as n returning id, username
     ), heard as (insert into audiences (id, version) select id, microseconds_now() from u)
     select id::text, username from u order by id`,
    [count, prefix],
  )
  return await Promise.all(
    rows.map(async (row) => {
      const id = String(row['id'])
      const username = String(row['username'])
      const token = await tokens.issue({ user_id: Number(id), username })
      return callerAt(url, { id, username, token, cookie: '' })
    }),
  )
}
