// An Idempotency-Key is kept for 24 hours; after that its row is only in the way.

import { statement, type Database, type Logger } from '@plimsoll/service'

/** Bounded, so that it never holds a lock for long; what is left is for the next time. */
const forget = statement(
  'forget_old_keys',
  `delete from idempotency_keys where key in (
     select key from idempotency_keys where created_at < now() - interval '24 hours'
     limit 10000 for update skip locked)`,
)

const everyTenMinutes = 600_000

/** Deletes expired keys now and then until the timer is cleared. */
export function forgetOldKeys(database: Database, log: Logger): NodeJS.Timeout {
  return setInterval(() => {
    database
      .run(forget, [])
      .catch((error: unknown) => log.warn({ err: error }, 'old keys were not deleted'))
  }, everyTenMinutes).unref()
}
