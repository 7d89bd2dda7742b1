// `logging work`: the worker as a process.

import { createLog, redacted, runUntilSignal, type Signals } from '@plimsoll/service'

import { createWorker } from './create-worker.ts'
import { workerSettingsFrom, workerSettingsSchema } from './settings.ts'

/** Works until SIGTERM or SIGINT and resolves to the exit code. */
export async function work(
  environment: Readonly<Record<string, string | undefined>>,
  { signals, clock }: { signals: Signals; clock: () => number },
): Promise<number> {
  const settings = workerSettingsFrom(environment)
  const log = createLog({ service: 'logging-worker', level: settings.LOG_LEVEL })
  log.info({ settings: redacted(workerSettingsSchema, settings) }, 'starting')
  const { service, drain: onDrain, close } = await createWorker({ settings, log, clock })
  return await runUntilSignal({ service, settings, log, signals, onDrain, close })
}
