// `reviews serve`: the service as a process.

import { createLog, redacted, runUntilSignal, type Signals } from '@plimsoll/service'

import { settingsFrom, settingsSchema } from './settings.ts'
import { createReviews } from './create-reviews.ts'

/** Serves until SIGTERM or SIGINT and resolves to the exit code. */
export async function serve(
  environment: Readonly<Record<string, string | undefined>>,
  signals: Signals,
): Promise<number> {
  const settings = settingsFrom(environment)
  const log = createLog({ service: 'reviews', level: settings.LOG_LEVEL })
  log.info({ settings: redacted(settingsSchema, settings) }, 'starting')
  const reviews = await createReviews({ settings, log })
  return await runUntilSignal({
    service: reviews.service,
    settings,
    log,
    signals,
    onDrain: reviews.drain,
    close: reviews.close,
  })
}
