import { stat } from 'node:fs/promises'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { openPostgres } from './open-postgres.ts'
import { openReplica } from './open-replica.ts'
import { isRunning } from './process-tree.ts'
import { until } from './until.ts'

async function query<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows as T[]
  } finally {
    await client.end()
  }
}

/** Rows of `t` as a server shows them; none where it has no such table yet. */
async function shown(url: string): Promise<number[]> {
  const rows = await query<{ x: number }>(url, 'select x from t order by x').catch(() => [])
  return rows.map(({ x }) => x)
}

const soon = { deadline_ms: 10_000 }

test('a replica shows what was there before it and what comes after, and takes no writes', async () => {
  await using primary = await openPostgres()
  await query(primary.url, 'create table t as select 1 as x')
  await using replica = await openReplica({ of: primary })
  expect(await shown(replica.url)).toEqual([1])
  await query(primary.url, 'insert into t values (2)')
  expect(await until(async () => (await shown(replica.url)).includes(2), soon)).toBe(true)
  await expect(query(replica.url, 'insert into t values (3)')).rejects.toThrow(/read-only/)
})

test('a replica of a server that is being written to has every row', async () => {
  await using primary = await openPostgres()
  await query(primary.url, 'create table t (x int)')
  let written = 0
  const over = new AbortController()
  const writing = (async () => {
    while (!over.signal.aborted) {
      await query(primary.url, `insert into t values (${(written += 1)})`)
    }
  })()
  await until(() => written > 5, soon)
  await using replica = await openReplica({ of: primary })
  over.abort()
  await writing
  expect(await until(async () => (await shown(replica.url)).length === written, soon)).toBe(true)
})

test('a replica that is held back shows the past until its time has come', async () => {
  await using primary = await openPostgres()
  await query(primary.url, 'create table t as select 1 as x')
  await using replica = await openReplica({
    of: primary,
    settings: { recovery_min_apply_delay: '2s' },
  })
  await query(primary.url, 'insert into t values (2)')
  const began = performance.now()
  expect(await shown(replica.url)).toEqual([1])
  expect(await until(async () => (await shown(replica.url)).includes(2), soon)).toBe(true)
  expect(performance.now() - began).toBeGreaterThan(1_500)
})

test('after a kill -9 of either, the replica catches up again', async () => {
  await using primary = await openPostgres()
  await query(primary.url, 'create table t as select 1 as x')
  await using replica = await openReplica({ of: primary })
  await replica.kill()
  await query(primary.url, 'insert into t values (2)')
  await replica.restart()
  expect(await until(async () => (await shown(replica.url)).includes(2), soon)).toBe(true)
  await primary.kill()
  expect(await shown(replica.url)).toEqual([1, 2])
  await primary.restart()
  await query(primary.url, 'insert into t values (3)')
  expect(await until(async () => (await shown(replica.url)).includes(3), soon)).toBe(true)
})

test('a replica goes with everything it had, and its server lives on', async () => {
  await using primary = await openPostgres()
  const replica = await openReplica({ of: primary })
  const pids = await replica.pids()
  await replica[Symbol.asyncDispose]()
  expect(await Promise.all(pids.map(isRunning))).not.toContain(true)
  await expect(stat(replica.folder)).rejects.toThrow(/ENOENT/)
  expect(await query(primary.url, 'select 1 as x')).toEqual([{ x: 1 }])
})

test('a server that does not run has no replica, said in one sentence', async () => {
  await using primary = await openPostgres()
  await primary.stop()
  await expect(openReplica({ of: primary })).rejects.toMatchObject({
    code: 'replica-failed',
    blame: 'environment',
  })
})
