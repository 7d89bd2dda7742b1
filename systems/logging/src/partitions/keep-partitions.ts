// Makes partitions before their time comes and drops those whose time is over. A client's timestamp decides in which
// partition a record lies, and so when it goes; what lies in the default partition, far ahead or long ago, goes by
// the time it was received: nobody makes records disappear, or stay for ever, by a wrong clock.

import {
  StatementError,
  type Database,
  type Logger,
  type PooledConnection,
} from '@plimsoll/service'

import { wantedSpans, type Span } from './partition-plan.ts'

export interface PartitionSettings {
  readonly PARTITION_HOURS: number
  readonly PARTITIONS_AHEAD: number
  readonly RETENTION_DAYS: number
}

export interface KeepOptions {
  readonly database: Database
  readonly settings: PartitionSettings
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** What one turn did. */
export interface Kept {
  readonly made: readonly string[]
  readonly dropped: readonly string[]
  /** Rows of the default partition that were too old. */
  readonly forgotten: number
}

const day_ms = 86_400_000
const every_ms = 600_000
/** Rows that one turn forgets, and how many turns a round has: together 72 million a day. */
const rowsAtOnce = 50_000
const mostTurns = 10
/** Any number that nothing else in this database locks by. */
const roundLock = 7_213_001

/** Keeps partitions now and every ten minutes, until it is cleared. */
export function keepPartitionsRegularly(options: KeepOptions): NodeJS.Timeout {
  const round = () =>
    void oneRound(options).catch((error: unknown) => {
      options.log.warn({ err: error }, 'partitions could not be kept; the next round tries again')
    })
  round()
  return setInterval(round, every_ms).unref()
}

/** Turn after turn while there is much to forget; between them the connection is free for others. */
async function oneRound(options: KeepOptions): Promise<void> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    if ((await keepPartitions(options)).forgotten < rowsAtOnce) return
  }
}

/** One turn; it does nothing while another process is at it. Rejects with `StatementError`. */
export async function keepPartitions({ database, settings, clock }: KeepOptions): Promise<Kept> {
  const connection = await database.acquire().catch((error: unknown) => {
    throw new StatementError('unavailable', error)
  })
  let isUsable = false
  try {
    const kept = await oneTurn(connection, settings, clock())
    isUsable = true
    return kept
  } finally {
    // The advisory lock and the time-outs go with the connection, whatever happened.
    if (isUsable) database.release(connection)
    else database.discard(connection)
  }
}

async function oneTurn(
  connection: PooledConnection,
  settings: PartitionSettings,
  now: number,
): Promise<Kept> {
  const [lock] = await connection.query<{ held: boolean }>(
    'select pg_try_advisory_lock($1) as held',
    [roundLock],
  )
  if (lock?.held !== true) return { made: [], dropped: [], forgotten: 0 }
  try {
    const limit = now - settings.RETENTION_DAYS * day_ms
    const existing = await partitionsOf(connection)
    const spans = wantedSpans(now, {
      hours: settings.PARTITION_HOURS,
      ahead: settings.PARTITIONS_AHEAD,
    })
    const overlaps = ({ from, to }: Span) => existing.some((one) => one.from < to && from < one.to)
    const missing = spans.filter((span) => span.to > limit && !overlaps(span))
    for (const span of missing) await makePartition(connection, span)
    const over = existing.filter(({ to }) => to <= limit)
    for (const { name } of over) await alone(connection, `drop table if exists ${name}`, newEpoch)
    const forgotten = await forgetOld(connection, limit)
    await connection.query(forgetWorkers, [new Date(now - day_ms).toISOString()])
    const named = (list: readonly Span[]) => list.map(({ name }) => name)
    return { made: named(missing), dropped: named(over), forgotten }
  } finally {
    await connection.query('select pg_advisory_unlock($1)', [roundLock])
  }
}

const bounds = `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'logs'::regclass`

async function partitionsOf(connection: PooledConnection): Promise<Span[]> {
  const rows = await connection.query<{ name: string; bound: string }>(bounds)
  return rows.flatMap(({ name, bound }) => {
    const [, from = '', to = ''] = /FROM \('(.*)'\) TO \('(.*)'\)/.exec(bound) ?? []
    // A session in UTC writes `2026-11-20 00:00:00+00`.
    return from === '' ? [] : [{ name, from: Date.parse(`${from}:00`), to: Date.parse(`${to}:00`) }]
  })
}

/**
 * Rows that came before their partition move into it. The whole table is locked first: a statement that waits for
 * the default partition alone has its list of partitions already, and would miss what moves out of it.
 */
async function makePartition(
  connection: PooledConnection,
  { name, from, to }: Span,
): Promise<void> {
  const [first, end] = [from, to].map((time) => `'${new Date(time).toISOString()}'`)
  await alone(
    connection,
    `lock table logs in access exclusive mode`,
    `create table ${name} (like logs including defaults including constraints)`,
    `with moved as (
       delete from logs_default where timestamp >= ${first} and timestamp < ${end} returning *
     ) insert into ${name} select * from moved`,
    `alter table logs attach partition ${name} for values from (${first}) to (${end})`,
  )
}

/** In a transaction that gives up rather than keep writers waiting. */
async function alone(connection: PooledConnection, ...texts: readonly string[]): Promise<void> {
  await connection.query('begin')
  await connection.query(`set local lock_timeout = '2s'`)
  for (const text of texts) await connection.query(text)
  await connection.query('commit')
}

/** What a cache holds of the newest records may have gone. */
const newEpoch = `update newest_epoch set epoch = gen_random_uuid()`

const forget = `with forgotten as (
    delete from logs_default where ctid = any (array(
      select ctid from logs_default where received_at < $1 limit ${rowsAtOnce})) returning 1
  ), changed as (${newEpoch} where exists (select from forgotten))
  select count(*) as forgotten from forgotten`

/** A worker that is gone changes nothing any more; its batches count no more in the epoch after it. */
const forgetWorkers = `with gone as (
    delete from worker_progress where updated_at < $1 returning 1
  ) ${newEpoch} where exists (select from gone)`

async function forgetOld(connection: PooledConnection, limit: number): Promise<number> {
  const [counted] = await connection.query<{ forgotten: string }>(forget, [
    new Date(limit).toISOString(),
  ])
  return Number(counted?.forgotten ?? 0)
}
