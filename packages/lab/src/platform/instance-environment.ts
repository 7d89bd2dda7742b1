// What every process of a system finds around it, whoever runs Plimsoll from wherever.

import { delimiter, dirname, join } from 'node:path'
import type { System } from '../system.ts'

/** The Node that runs Plimsoll and the bins of the system first on the path; nothing else is inherited. */
export function environmentFor(
  system: System,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const bins: string[] = []
  for (let at = system.folder; ; at = dirname(at)) {
    bins.push(join(at, 'node_modules', '.bin'))
    if (dirname(at) === at) break
  }
  const path = [...bins, dirname(process.execPath), env['PATH'] ?? ''].join(delimiter)
  return { PATH: path, HOME: env['HOME'] ?? '/', TZ: 'UTC', NODE_ENV: 'production' }
}
