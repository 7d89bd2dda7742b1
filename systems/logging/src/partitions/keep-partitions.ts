// Makes partitions before their time comes and drops those whose time is over. A client's timestamp decides in which
// partition a record lies, and so when it goes; what lies in the default partition, far ahead or long ago, goes by
// the time it was received: nobody makes records disappear, or stay for ever, by a wrong clock.

import { Database, StatementError, type Logger, type PooledConnection } from '@plimsoll/service'

import { allowAll, alone, makePartition } from './make-partition.ts'
import { wantedSpans, type Span } from './partition-plan.ts'

export interface PartitionSettings {
  readonly PARTITION_HOURS: number
  readonly PARTITIONS_AHEAD: number
  readonly RETENTION_DAYS: number
}

export interface RoundOptions {
  readonly settings: PartitionSettings & {
    readonly DATABASE_URL: string
    readonly CONNECT_TIMEOUT_MS: number
  }
  readonly log: Logger
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
/** How long the default partition may be read, or a day's rows moved: nobody else waits for it. */
const longestStatement_ms = 3_600_000
/** Rows that one turn forgets, and how many turns a round has: together 72 million a day. */
const rowsAtOnce = 50_000
const mostTurns = 10
/** Any number that nothing else in this database locks by. */
const roundLock = 7_213_001

/** Keeps partitions now and every ten minutes, until it is disposed of; a round that has begun is finished. */
export function keepPartitionsRegularly(options: RoundOptions): AsyncDisposable {
  let round: Promise<void> | undefined
  const begin = () => {
    round ??= oneRound(options)
      .catch((error: unknown) => {
        options.log.warn({ err: error }, 'partitions could not be kept; the next round tries again')
      })
      .finally(() => (round = undefined))
  }
  begin()
  const timer = setInterval(begin, every_ms).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await round
    },
  }
}

/** Turn after turn while there is much to forget, on a connection of its own: those of the pool store records. */
async function oneRound({ settings, log }: RoundOptions): Promise<void> {
  await using database = new Database({
    url: settings.DATABASE_URL,
    name: 'logging-partitions',
    size: 1,
    connectTimeout: settings.CONNECT_TIMEOUT_MS,
    statementTimeout: longestStatement_ms,
    // What is done for a process that is gone ends soon, and with it the lock of the round.
    session: { client_connection_check_interval: '10s' },
    onError: (error) => log.warn({ err: error }, 'the connection that keeps partitions broke'),
  })
  for (let turn = 0; turn < mostTurns; turn += 1) {
    if ((await keepPartitions(database, settings)).forgotten < rowsAtOnce) return
  }
}

/** One turn; it does nothing while another process is at it. Rejects with `StatementError`. */
export async function keepPartitions(
  database: Database,
  settings: PartitionSettings,
): Promise<Kept> {
  const connection = await database.acquire().catch((error: unknown) => {
    throw new StatementError('unavailable', error)
  })
  let isUsable = false
  try {
    const kept = await oneTurn(connection, settings)
    isUsable = true
    return kept
  } finally {
    // The advisory lock and the time-outs go with the connection, whatever happened.
    if (isUsable) database.release(connection)
    else database.discard(connection)
  }
}

async function oneTurn(connection: PooledConnection, settings: PartitionSettings): Promise<Kept> {
  // The time of the database: one worker with a wrong clock would drop what the others keep.
  const [start] = await connection.query<{ held: boolean; now_ms: string }>(
    'select pg_try_advisory_lock($1) as held, extract(epoch from now()) * 1000 as now_ms',
    [roundLock],
  )
  if (start?.held !== true) return { made: [], dropped: [], forgotten: 0 }
  const now = Number(start.now_ms)
  const limit = now - settings.RETENTION_DAYS * day_ms
  await allowAll(connection)
  const existing = await partitionsOf(connection)
  const over = existing.filter(({ to }) => to <= limit)
  for (const { name } of over) await alone(connection, `drop table if exists ${name}`, newEpoch)
  const forgotten = await forgetOld(connection, limit)
  await connection.query(forgetWorkers, [new Date(now - day_ms).toISOString()])
  const spans = wantedSpans(now, {
    hours: settings.PARTITION_HOURS,
    ahead: settings.PARTITIONS_AHEAD,
  })
  const overlaps = ({ from, to }: Span) => existing.some((one) => one.from < to && from < one.to)
  // Last, for it may take long: what is forgotten need not be read.
  const missing = spans.filter((span) => span.to > limit && !overlaps(span))
  for (const span of missing) await makePartition(connection, span)
  await connection.query('select pg_advisory_unlock($1)', [roundLock])
  const named = (list: readonly Span[]) => list.map(({ name }) => name)
  return { made: named(missing), dropped: named(over), forgotten }
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
