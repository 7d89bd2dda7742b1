// An Idempotency-Key is kept for 24 hours; after that its row is only in the way.

import { statement, type Database, type Logger } from '@plimsoll/service'

const batch = 10_000

/** Deletes the oldest expired keys and tells how many. Bounded, so that it never holds a lock for long. */
export const forget = statement(
  'forget_old_keys',
  `with old as materialized (
     select key from idempotency_keys where created_at < now() - interval '24 hours'
     order by created_at limit ${batch} for update skip locked
   ), gone as (
     -- The list of keys is there so that no plan reads the whole table to find them.
     delete from idempotency_keys where key = any (array(select key from old)) returning 1
   )
   select count(*) from gone`,
)

const everyMinute = 60_000
/** In a minute: far more than can be posted in one. */
const mostBatches = 200

/** Deletes expired keys once a minute until the timer is cleared. */
export function forgetOldKeys(database: Database, log: Logger): NodeJS.Timeout {
  let isForgetting = false
  return setInterval(() => {
    if (isForgetting) return
    isForgetting = true
    forgetExpired(database)
      .catch((error: unknown) => log.warn({ err: error }, 'old keys were not deleted'))
      .finally(() => (isForgetting = false))
  }, everyMinute).unref()
}

/** Deletes what has expired by now, a batch at a time. Rejects with `StatementError`. */
export async function forgetExpired(database: Pick<Database, 'run'>): Promise<void> {
  for (let n = 0; n < mostBatches; n++) {
    const [row] = await database.run(forget, [])
    if (Number(row?.[0]) < batch) return
  }
}
