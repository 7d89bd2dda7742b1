// Imports what a user wrote (an experiment, a workload, a system), with errors that name the file.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Experiment, System } from '@plimsoll/lab'
import { PlimsollError, type Workload } from '@plimsoll/workload'

/** The file of an experiment: a path, or the name of a system for its experiment.ts. */
export function experimentFile(nameOrFile: string): string {
  return nameOrFile.endsWith('.ts') ? nameOrFile : `systems/${nameOrFile}/experiment.ts`
}

/** The experiment that `file` exports as default. */
export async function loadExperiment(file: string): Promise<Experiment> {
  const { default: found } = await load(file)
  if (isObject(found) && 'configurations' in found && 'workload' in found && 'system' in found) {
    return found as unknown as Experiment
  }
  throw wrongExport(file, 'an experiment as its default export: export default experiment({ … })')
}

/** A workload and the name it is exported by: the one asked for, or the only one. */
export async function loadWorkload(
  file: string,
  name: string | undefined,
): Promise<{ workload: Workload; name: string }> {
  const exported = Object.entries(await load(file)).filter(([, value]) => isWorkload(value))
  const names = exported.map(([key]) => key)
  const found =
    name === undefined && exported.length === 1
      ? exported[0]
      : exported.find(([key]) => key === name)
  if (found !== undefined) return { name: found[0], workload: found[1] as Workload }
  if (names.length === 0) throw wrongExport(file, 'a workload: export const NAME = workload({ … })')
  throw new PlimsollError({
    code: 'workload-not-found',
    blame: 'input',
    message:
      name === undefined
        ? `${file} exports several workloads: ${names.join(', ')}.`
        : `${file} exports no workload "${name}", only ${names.join(', ')}.`,
    hint: `Name one after a hash: ${file}#${names[0]}`,
  })
}

/** The system of that name (systems/NAME/system.ts) or in that file. */
export async function loadSystem(nameOrFile: string): Promise<System> {
  const file = nameOrFile.endsWith('.ts') ? nameOrFile : `systems/${nameOrFile}/system.ts`
  const { default: found } = await load(file)
  if (isObject(found) && 'parts' in found && 'entry' in found) return found as unknown as System
  throw wrongExport(file, 'a system as its default export: export default system({ … })')
}

function isWorkload(value: unknown): value is Workload {
  return isObject(value) && 'personas' in value && 'phases' in value && 'mix' in value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file)
  if (!existsSync(path)) {
    throw new PlimsollError({
      code: 'file-not-found',
      blame: 'input',
      message: `Expected a file at ${file}, found none (looked at ${path}).`,
      hint: 'Check the path; it is taken from the folder you are in.',
    })
  }
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>
  } catch (error) {
    if (error instanceof PlimsollError) throw inFile(error, file)
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new PlimsollError({
      code: 'file-not-loadable',
      blame: 'input',
      message: `${file} cannot be loaded:\n${message}`,
      hint: 'Mend the line that the text above names; "npx tsc" shows type errors.',
      cause: error,
    })
  }
}

function inFile(error: PlimsollError, file: string): PlimsollError {
  const { code, blame, hint, faults } = error
  const message = `${file}: ${error.message}`
  return new PlimsollError({ code, blame, hint, faults, message, cause: error })
}

function wrongExport(file: string, expected: string): PlimsollError {
  return new PlimsollError({
    code: 'export-missing',
    blame: 'input',
    message: `Expected ${file} to export ${expected}; found nothing of the kind.`,
    hint: 'See systems/reviews for a complete example.',
  })
}
