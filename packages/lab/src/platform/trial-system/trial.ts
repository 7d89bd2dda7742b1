// The trial system and a configuration of it, for tests.

import { fileURLToPath } from 'node:url'
import { seconds } from '@plimsoll/workload'
import type { PlannedConfiguration } from '@plimsoll/record'
import { command, postgres, service, system, type System } from '../../system.ts'

/** A system of one database and one service; `settings` are added to those of the service. */
export function trialSystem(settings: Readonly<Record<string, string>> = {}): System {
  return system({
    name: 'trial',
    folder: fileURLToPath(new URL('.', import.meta.url)),
    entry: 'api',
    parts: {
      database: postgres({ shared_buffers: '32MB' }),
      api: service({
        command: ['node', fileURLToPath(new URL('./src/main.ts', import.meta.url))],
        needs: ['database'],
        ready: '/readyz',
        metrics: '/metrics',
        drain: seconds(2),
        settings: ({ database, port }) => ({
          DATABASE_URL: database.url,
          PORT: String(port),
          ...settings,
        }),
      }),
    },
    prepare: [command(`node "${fileURLToPath(new URL('./src/prepare.ts', import.meta.url))}"`)],
  })
}

/** `instances` of the service and one database, each limited to so many cores. */
export function trialConfiguration({
  instances = 1,
  limit_cores = 0.125,
} = {}): PlannedConfiguration {
  const size = {
    size: 'm7g.medium',
    vcpu: 1,
    memory_gib: 4,
    price_per_hour_usd: 0.04,
    processes: 1,
    limit_cores,
  }
  return {
    name: 'trial',
    cost_per_hour_usd: 1,
    parts: [
      { part: 'api', instances, ...size },
      { part: 'database', instances: 1, ...size },
    ],
  }
}
