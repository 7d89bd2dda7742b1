// Log lines are JSON on stdout, one event each. Requests are not logged, errors and the life of the process are.

import { pino, type Logger } from 'pino'

export type { Logger }

/** A log that names its service. */
export function createLog({ service, level }: { service: string; level: string }): Logger {
  return pino({ level, base: { service } })
}
