// What happens by the clock: leases end, and expired sessions are forgotten. Every instance does it; rows that
// another one holds are skipped.

import type { Database, Logger } from '@plimsoll/service'

import { forgetSessions } from './auth/user-store.ts'
import type { Claims } from './expert/claim-store.ts'

const leasesEvery_ms = 1_000
const sessionsEvery_ms = 60_000

/** Runs until it is disposed of. */
export function keepHouse({
  claims,
  database,
  log,
}: {
  claims: Claims
  database: Database
  log: Logger
}): Disposable {
  const timers = [
    every(leasesEvery_ms, () => claims.returnSilent(), log),
    every(sessionsEvery_ms, () => database.run(forgetSessions, []), log),
  ]
  return {
    [Symbol.dispose]() {
      for (const timer of timers) clearInterval(timer)
    },
  }
}

/** One at a time: a turn that comes while the last is not done is left out. */
function every(interval_ms: number, work: () => Promise<unknown>, log: Logger): NodeJS.Timeout {
  let isWorking = false
  return setInterval(() => {
    if (isWorking) return
    isWorking = true
    work()
      .catch((error: unknown) => log.warn({ err: error }, 'housekeeping was put off'))
      .finally(() => (isWorking = false))
  }, interval_ms).unref()
}
