// Finds the workload in the user's module.

import { pathToFileURL } from 'node:url'
import { PlimsollError, type Workload } from '@plimsoll/workload'
import type { WorkloadSource } from './messages.ts'

/** Imports the module and takes the workload. Throws `workload-not-found` or `workload-not-loaded`. */
export async function importWorkload(source: WorkloadSource): Promise<Workload> {
  const { file, select, kind } = source
  const module = await importModule(file)
  const value = module[select]
  const found =
    kind === 'experiment' ? (value as { workload?: unknown } | undefined)?.workload : value
  if (isWorkload(found)) return found
  const exported = Object.keys(module).join(', ') || 'nothing'
  throw new PlimsollError({
    code: 'workload-not-found',
    blame: 'input',
    message: `${file}: expected the export ${JSON.stringify(select)} to be ${kind === 'experiment' ? 'an experiment with a workload' : 'a workload'}.`,
    hint: `The module exports ${exported}.`,
  })
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'PlimsollError') throw cause
    throw new PlimsollError({
      code: 'workload-not-loaded',
      blame: 'input',
      message: `${file} cannot be imported: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Run it alone with `node FILE` to see where it fails.',
      cause,
    })
  }
}

function isWorkload(value: unknown): value is Workload {
  return (
    typeof value === 'object' &&
    value !== null &&
    'personas' in value &&
    'phases' in value &&
    'mix' in value &&
    'maxSessions' in value
  )
}
