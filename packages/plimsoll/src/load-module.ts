// Imports what a user wrote (an experiment, a workload, a system), with errors that name the file.

import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { experiment, system, type Experiment, type System } from '@plimsoll/lab/declarations'
import { PlimsollError, workload, type Workload } from '@plimsoll/workload'

/** The file of an experiment: a path, or the name of a system for its experiment.ts. */
export function experimentFile(nameOrFile: string): string {
  return fileOf(nameOrFile, 'experiment.ts')
}

function fileOf(nameOrFile: string, file: string): string {
  if (/\.[cm]?[jt]s$/.test(nameOrFile)) return nameOrFile
  const places = ['systems', 'examples'].map((folder) => `${folder}/${nameOrFile}/${file}`)
  return places.find((place) => existsSync(place)) ?? places[0]!
}

/** The experiment that `file` exports as default. */
export async function loadExperiment(file: string): Promise<Experiment> {
  const { default: found } = await load(file)
  if (isObject(found) && 'configurations' in found && 'workload' in found && 'system' in found) {
    // Again, for whoever wrote a plain object: its faults are told as everybody's.
    return checked(file, () => {
      const plain = found as Experiment
      return experiment({
        ...plain,
        system: system(plain.system),
        workload: workload(plain.workload),
      })
    })
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

/** The system of that name (systems/NAME/system.ts, or below examples/) or in that file. */
export async function loadSystem(nameOrFile: string): Promise<System> {
  const file = fileOf(nameOrFile, 'system.ts')
  const { default: found } = await load(file)
  if (isObject(found) && 'parts' in found && 'entry' in found) {
    return checked(file, () => system(found as System))
  }
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
    throw named(error, file)
  }
}

function checked<Value>(file: string, make: () => Value): Value {
  try {
    return make()
  } catch (error) {
    throw named(error, file)
  }
}

/** The error with the file it is about: the one whose line called what refused, else the one given. */
function named(error: unknown, file: string): PlimsollError {
  if (error instanceof PlimsollError) {
    const { code, blame, hint, faults } = error
    const message = `${placeOf(error) ?? file}: ${error.message}`
    return new PlimsollError({ code, blame, hint, faults, message, cause: error })
  }
  return new PlimsollError({
    code: 'file-not-loadable',
    blame: 'input',
    message: `${file} cannot be loaded:\n${error instanceof Error ? stackOf(error) : String(error)}`,
    hint: 'Mend the line that the text above names; "npx tsc" shows type errors.',
    cause: error,
  })
}

/** Frames in here are ours and not the author's. */
const ourFolder = fileURLToPath(new URL('../..', import.meta.url))
const frame = /^\s+at .*?\(?(?:async )?(file:\/\/[^)]+|node:[^)]+):(\d+):\d+\)?$/

/** `workload.ts:12`, from the folder we are in. */
function placeOf(error: Error): string | undefined {
  for (const line of (error.stack ?? '').split('\n')) {
    const [, url = '', number = ''] = frame.exec(line) ?? []
    if (isTheirs(url)) return `${relative(process.cwd(), fileURLToPath(url))}:${number}`
  }
  return undefined
}

/** The stack without Node's frames and ours. */
function stackOf(error: Error): string {
  const lines = (error.stack ?? error.message).split('\n')
  const kept = lines.filter((line) => {
    const [, url] = frame.exec(line) ?? []
    return url === undefined || isTheirs(url)
  })
  return kept.join('\n')
}

function isTheirs(url: string): boolean {
  return url.startsWith('file://') && !fileURLToPath(url).startsWith(ourFolder)
}

function wrongExport(file: string, expected: string): PlimsollError {
  return new PlimsollError({
    code: 'export-missing',
    blame: 'input',
    message: `Expected ${file} to export ${expected}; found nothing of the kind.`,
    hint: 'See examples/first for a complete example.',
  })
}
