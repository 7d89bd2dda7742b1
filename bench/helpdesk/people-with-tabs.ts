// As many people as there are open tabs, each with a token and the tag of the last poll: for the engine and
// for wrk as a file.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { mintToken, openTabs } from '../../systems/helpdesk/people.ts'
import { seededUsers } from '../../systems/helpdesk/system.ts'

/** Somebody whose tab is open. */
export interface Tab {
  readonly id: string
  readonly token: string
  /** ETag of the last poll. */
  readonly tag: string
}

const lookedUpAtOnce = 32

/** Polls once for each, and resolves to the file that holds their tabs. */
export async function lookUpTabs({
  url,
  folder,
}: {
  url: string
  folder: string
}): Promise<string> {
  const tabs: Tab[] = []
  let next = 1
  const look = async () => {
    for (let n = next++; n <= openTabs; n = next++) tabs.push(await tabOf(url, n))
  }
  await Promise.all(Array.from({ length: lookedUpAtOnce }, look))
  const file = join(folder, 'tabs.txt')
  await writeFile(file, tabs.map(({ id, token, tag }) => `${id} ${token} ${tag}\n`).join(''))
  return file
}

/** Adds people beside the seeded ones: rows as registration writes them, without a hash that nobody is going to need. */
export async function addPeople(database: string): Promise<void> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    const { rows } = await client.query<{ least: number; most: number }>(
      'select min(id)::integer as least, max(id)::integer as most from users',
    )
    assert.deepEqual(rows, [{ least: 1, most: seededUsers }])
    await client.query(
      `with added as (
         insert into users (id, username, password_digest)
         select n, 'user_' || n, 'none' from generate_series($1::bigint, $2::bigint) as n
         returning id
       )
       insert into audiences (id, version) select id, microseconds_now() - 3600000000 from added`,
      [seededUsers + 1, openTabs],
    )
    await client.query(`select setval('users_id_seq', $1)`, [openTabs])
  } finally {
    await client.end()
  }
}

async function tabOf(url: string, n: number): Promise<Tab> {
  const { text: token } = mintToken({ id: n, username: `user_${n}` })
  const answer = await fetch(`${url}/api/updates`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await answer.arrayBuffer()
  assert.equal(answer.status, 200)
  return { id: String(n), token, tag: answer.headers.get('etag') ?? '' }
}

/** The tabs in such a file. */
export function tabsIn(text: string): Tab[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', token = '', tag = ''] = line.split(' ')
      return { id, token, tag }
    })
}
