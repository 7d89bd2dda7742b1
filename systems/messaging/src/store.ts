// `messaging store`: the store as a process.

import { createLog, redacted, runUntilSignal, type Signals } from '@plimsoll/service'

import { createStore } from './create-store.ts'
import { storeSettingsFrom, storeSettingsSchema } from './settings.ts'

/** Serves until SIGTERM or SIGINT and resolves to the exit code. */
export async function store(
  environment: Readonly<Record<string, string | undefined>>,
  { signals }: { signals: Signals },
): Promise<number> {
  const settings = storeSettingsFrom(environment)
  const log = createLog({ service: 'messaging-store', level: settings.LOG_LEVEL })
  log.info({ settings: redacted(storeSettingsSchema, settings) }, 'starting')
  const { service, drain: onDrain, close } = await createStore({ settings, log })
  return await runUntilSignal({ service, settings, log, signals, onDrain, close })
}
