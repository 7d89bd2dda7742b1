// One transaction of the worker: COPY into a staging table, insert what is not there yet, note the progress,
// commit. Rows go in by the order of their key, so that two workers that meet the same rows do not deadlock.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  failureOf,
  statement,
  StatementError,
  type Database,
  type PooledConnection,
} from '@plimsoll/service'
import { from as copyFrom } from 'pg-copy-streams'
import type { ClientBase } from 'pg'

/** What a batch came to. */
export interface BatchCounts {
  /** Rows that were new; the others had been stored before. */
  readonly stored: number
  /** How many batches the worker has stored, this one included. */
  readonly batches: number
  readonly epoch: string
}

export interface Batch {
  readonly lines: readonly Buffer[]
  /** What is noted of the worker in the same transaction. */
  readonly progress: Progress
}

export interface Progress {
  /** One per connection: two transactions do not wait for each other's row. */
  readonly worker: string
  /** Milliseconds since 1970. */
  readonly workedThrough: number
}

const staging = statement(
  'stage_logs',
  `create temp table staging (
  id uuid, timestamp timestamptz(3), level text, service text, message text, received_at timestamptz(3)
) on commit delete rows`,
)
const begin = statement('begin', 'begin')
const commit = statement('commit', 'commit')

const insert = statement(
  'insert_logs',
  `with stored as (
    insert into logs (id, timestamp, level, service, message, received_at)
    select id, timestamp, level, service, message, received_at from staging order by timestamp, id
    on conflict (timestamp, id) do nothing
    returning 1
  ), noted as (
    insert into worker_progress (worker, batches, worked_through, updated_at)
    values ($1, 1, to_timestamp($2 / 1000.0), now())
    on conflict (worker) do update set batches = worker_progress.batches + 1,
      worked_through = greatest(worker_progress.worked_through, excluded.worked_through),
      updated_at = excluded.updated_at
    returning batches
  )
  select (select count(*) from stored) as stored, batches, (select epoch from newest_epoch) as epoch
  from noted`,
)

/** Connections that have the table: it stays for as long as they do. */
const prepared = new WeakSet<ClientBase>()

/** Stores a batch, all or nothing. Rejects with `StatementError`; only `lost` leaves open whether it is in. */
export async function copyBatch(
  database: Database,
  { lines, progress }: Batch,
): Promise<BatchCounts> {
  const connection = await database.acquire().catch((error: unknown) => {
    throw new StatementError('unavailable', error)
  })
  try {
    const counts = await transact(connection, lines, progress)
    database.release(connection)
    return counts
  } catch (error) {
    // After a failed COPY the client cannot be trusted to be at a message's boundary.
    database.discard(connection)
    throw error instanceof StatementError ? error : new StatementError(failureOf(error), error)
  }
}

async function transact(
  connection: PooledConnection,
  lines: readonly Buffer[],
  progress: Progress,
): Promise<BatchCounts> {
  const { client } = connection
  if (!prepared.has(client)) {
    await connection.run(staging, [])
    prepared.add(client)
  }
  await connection.run(begin, [])
  const rows = client.query(copyFrom('copy staging from stdin'))
  await connection.inTime(pipeline(Readable.from(lines), rows))
  const { worker, workedThrough } = progress
  const [counts = []] = await connection.run(insert, [worker, workedThrough])
  await connection.run(commit, [])
  const [stored, batches, epoch] = counts
  return { stored: Number(stored ?? 0), batches: Number(batches ?? 0), epoch: epoch ?? '' }
}
