// `logging serve`: the API as a process.

import { createLog, redacted, runUntilSignal, type Signals } from '@plimsoll/service'

import { createApi } from './create-api.ts'
import { apiSettingsFrom, apiSettingsSchema } from './settings.ts'

/** Serves until SIGTERM or SIGINT and resolves to the exit code. */
export async function serve(
  environment: Readonly<Record<string, string | undefined>>,
  { signals, clock }: { signals: Signals; clock: () => number },
): Promise<number> {
  const settings = apiSettingsFrom(environment)
  const log = createLog({ service: 'logging-api', level: settings.LOG_LEVEL })
  log.info({ settings: redacted(apiSettingsSchema, settings) }, 'starting')
  const { service, drain: onDrain, close } = await createApi({ settings, log, clock })
  return await runUntilSignal({ service, settings, log, signals, onDrain, close })
}
