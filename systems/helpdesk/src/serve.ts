// `helpdesk serve`: the service as a process.

import { createLog, redacted, runUntilSignal, type Signals } from '@plimsoll/service'

import { settingsFrom, settingsSchema } from './settings.ts'
import { createHelpdesk } from './create-helpdesk.ts'

/** Serves until SIGTERM or SIGINT and resolves to the exit code. */
export async function serve(
  environment: Readonly<Record<string, string | undefined>>,
  signals: Signals,
): Promise<number> {
  const settings = settingsFrom(environment)
  const log = createLog({ service: 'helpdesk', level: settings.LOG_LEVEL })
  log.info({ settings: redacted(settingsSchema, settings) }, 'starting')
  const helpdesk = await createHelpdesk({ settings, log })
  return await runUntilSignal({
    service: helpdesk.service,
    settings,
    log,
    signals,
    onDrain: helpdesk.drain,
    close: helpdesk.close,
  })
}
