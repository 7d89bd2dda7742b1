// What a load says when it ends early, told by whether the data is in.

import { migrateDatabase } from '@plimsoll/service/migrate'
import { startTestPostgres, until } from '@plimsoll/stores'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { rememberingTerminal } from '../../test/remembering-terminal.ts'
import { generateCommand } from '../generate/generate-command.ts'
import { totalReviews } from '../generate/popularity.ts'
import { migrationsFolder } from '../migrate.ts'
import type { PostgresDatabase, PostgresHost } from '@plimsoll/stores'

let host: PostgresHost
let database: PostgresDatabase
let client: Client

beforeAll(async () => {
  host = await startTestPostgres()
})
afterAll(() => host[Symbol.asyncDispose]())

beforeEach(async () => {
  database = await host.createDatabase()
  await migrateDatabase({ url: database.url, folder: migrationsFolder })
  client = new Client({ connectionString: database.url })
  await client.connect()
})
afterEach(async () => {
  await client.end()
  await database[Symbol.asyncDispose]()
})

const terminal = () => rememberingTerminal(database.url)

test('Ctrl-C once everything is in says what is in', async () => {
  const other = new Client({ connectionString: database.url })
  await other.connect()
  const at = terminal()
  let held: Promise<boolean> | undefined
  at.stderr.write = (text) => {
    if (text.includes('counting again')) {
      // Granted at the commit, before the vacuum that it keeps waiting.
      held ??= other
        .query('begin; lock table photos in share update exclusive mode')
        .then(() => until(isVacuuming, { deadline_ms: 10_000 }))
        .finally(() => at.emit('SIGINT'))
    }
    return (at.said.err += text)
  }
  const isVacuuming = async () => {
    const { rows } = await client.query(
      `select from pg_stat_activity where query like 'vacuum%' and wait_event_type = 'Lock'`,
    )
    return rows.length > 0
  }
  expect(await generateCommand(['--products', '300', '--load'], at)).toBe(0)
  expect(await held).toBe(true)
  await other.end()
  expect(at.said.err).not.toContain('Interrupted')
  const { rows } = await client.query('select count(*)::int4 from reviews')
  expect(rows).toEqual([{ count: totalReviews(300) }])
})

test('Ctrl-C in the very moment of committing leaves open whether the data is in', async ({
  skip,
}) => {
  if (host.server === undefined) skip('the settings of the server of DATABASE_URL are not ours')
  // Commits now wait for a standby that does not exist.
  await client.query(`alter system set synchronous_standby_names = 'nobody'`)
  await client.query('select pg_reload_conf()')
  const at = terminal()
  const isCommitting = async () => {
    const { rows } = await client.query(`select from pg_stat_activity where wait_event = 'SyncRep'`)
    return rows.length > 0
  }
  try {
    const ended = generateCommand(['--products', '300', '--load'], at)
    expect(await until(isCommitting, { deadline_ms: 20_000 })).toBe(true)
    at.emit('SIGINT')
    expect(await ended).toBe(4)
  } finally {
    await client.query('alter system reset synchronous_standby_names')
    await client.query('select pg_reload_conf()')
  }
  expect(at.said.err).toContain('all of the data is in, or none of it')
  const isIn = async () => {
    const { rows } = await client.query<{ n: number }>('select count(*)::int4 as n from reviews')
    return rows[0]?.n === totalReviews(300)
  }
  expect(await until(isIn, { deadline_ms: 10_000 })).toBe(true)
})
