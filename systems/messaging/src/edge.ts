// `messaging edge`: the edge as a process.

import { createLog, redacted, runUntilSignal, type Signals } from '@plimsoll/service'

import { createEdge } from './create-edge.ts'
import { edgeSettingsFrom, edgeSettingsSchema } from './settings.ts'

/** Serves until SIGTERM or SIGINT and resolves to the exit code. */
export async function edge(
  environment: Readonly<Record<string, string | undefined>>,
  { signals, clock }: { signals: Signals; clock: () => number },
): Promise<number> {
  const settings = edgeSettingsFrom(environment)
  const log = createLog({ service: 'messaging-edge', level: settings.LOG_LEVEL })
  log.info({ settings: redacted(edgeSettingsSchema, settings) }, 'starting')
  const { service, drain: onDrain, close } = await createEdge({ settings, log, clock })
  return await runUntilSignal({ service, settings, log, signals, onDrain, close })
}
