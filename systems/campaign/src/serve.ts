// `campaign serve`: the service as a process.

import { createLog, redacted, runUntilSignal, type Signals } from '@plimsoll/service'

import { createCampaign } from './create-campaign.ts'
import { settingsFrom, settingsSchema } from './settings.ts'

/** Serves until SIGTERM or SIGINT and resolves to the exit code. */
export async function serve(
  environment: Readonly<Record<string, string | undefined>>,
  signals: Signals,
): Promise<number> {
  const settings = settingsFrom(environment)
  const log = createLog({ service: 'campaign', level: settings.LOG_LEVEL })
  log.info({ settings: redacted(settingsSchema, settings) }, 'starting')
  const campaign = await createCampaign({ settings, log })
  return await runUntilSignal({
    service: campaign.service,
    settings,
    log,
    signals,
    onDrain: campaign.drain,
    close: campaign.close,
  })
}
