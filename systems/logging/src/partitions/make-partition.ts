// Makes one partition while records are stored and read. To attach it PostgreSQL must know that the default partition
// has no row of its span, and would read all of it while everybody waits. So the default partition refuses such rows
// first, and is read while only they wait; then the lock that stops everybody is held for a moment, however many rows
// lie in the default partition.
//
//   refuse rows of the span → move those that are there, read the rest → lock, attach, allow
//                             └──────────────── one transaction ────────────────┘

import type { PooledConnection } from '@plimsoll/service'

import type { Span } from './partition-plan.ts'

/** Begins the names of the constraints that refuse. */
const refuses = 'outside_'

/** Rows that came before the partition move into it; no statement sees them twice or misses them. */
export async function makePartition(connection: PooledConnection, span: Span): Promise<void> {
  const { name } = span
  const [first, end] = [span.from, span.to].map((time) => `'${new Date(time).toISOString()}'`)
  const refusal = refuses + name
  await alone(
    connection,
    `alter table logs_default add constraint ${refusal}
       check (timestamp < ${first} or timestamp >= ${end}) not valid`,
  )
  try {
    await alone(
      connection,
      `create table ${name} (like logs including defaults including constraints including indexes)`,
      `with moved as (
         delete from logs_default where timestamp >= ${first} and timestamp < ${end} returning *
       ) insert into ${name} select * from moved`,
      `alter table logs_default validate constraint ${refusal}`,
      // Of the whole table: a statement that waits for the default partition alone has its list of partitions already,
      // and would miss what moves out of it.
      `lock table logs in access exclusive mode`,
      `alter table logs attach partition ${name} for values from (${first}) to (${end})`,
      `alter table logs_default drop constraint ${refusal}`,
    )
  } catch (error) {
    // Those who wait must not wait for the next round. Where this fails too, that round does it.
    await connection
      .query('rollback')
      .then(() => allowAll(connection))
      .catch(() => undefined)
    throw error
  }
}

/** Lets the default partition take every row again: whoever made a partition may have died on the way. */
export async function allowAll(connection: PooledConnection): Promise<void> {
  const refusals = await connection.query<{ name: string }>(
    `select conname as name from pg_constraint
     where conrelid = 'logs_default'::regclass and starts_with(conname, $1)`,
    [refuses],
  )
  if (refusals.length === 0) return
  const drops = refusals.map(({ name }) => `alter table logs_default drop constraint ${name}`)
  await alone(connection, ...drops)
}

/** In a transaction that gives up rather than keep writers waiting. */
export async function alone(
  connection: PooledConnection,
  ...texts: readonly string[]
): Promise<void> {
  await connection.query('begin')
  await connection.query(`set local lock_timeout = '2s'`)
  for (const text of texts) await connection.query(text)
  await connection.query('commit')
}
