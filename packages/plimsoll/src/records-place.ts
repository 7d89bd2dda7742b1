// Where a run's records go, and the file of its result: both are made sure of before the work begins.

import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PlimsollError } from '@plimsoll/workload'

/**
 * Makes records/<experiment>/<time>, the time as 2026-11-20T17-00-00; whoever is second within that second
 * gets one that ends in -2. Throws `no-permission`, `disk-full`, `records-not-writable`.
 */
export async function makeRecordsFolder(folder: string, experiment: string): Promise<string> {
  const parent = resolve(folder, experiment)
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  try {
    await mkdir(parent, { recursive: true })
    for (let n = 1; ; n += 1) {
      const path = join(parent, n === 1 ? time : `${time}-${n}`)
      if (await isMade(path)) return path
    }
  } catch (cause) {
    const { environmentError } = await import('@plimsoll/stores')
    throw environmentError(`The records cannot be written to ${parent}`, cause, {
      code: 'records-not-writable',
      hint: 'Choose another folder with --records FOLDER.',
    })
  }
}

/** False when it was there already. */
async function isMade(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Makes sure that the result can be written to `file` (`-` is standard output). Throws `result-not-writable`. */
export async function claimResult(
  file: string | undefined,
  { flag }: { flag: string },
): Promise<void> {
  if (file === undefined || file === '-') return
  const path = resolve(file)
  const found = await stat(path).catch(() => null)
  const place = found === null ? dirname(path) : path
  try {
    if (found?.isDirectory()) throw new Error('it is a folder')
    await access(place, constants.W_OK)
    if (found === null && !(await stat(place)).isDirectory()) throw new Error('it is not a folder')
  } catch (cause) {
    throw new PlimsollError({
      code: 'result-not-writable',
      blame: 'input',
      message: `The result cannot be written to ${file}: ${cause instanceof Error ? cause.message : ''}.`,
      hint: `Give ${flag} a file in a folder that exists and may be written.`,
      cause,
    })
  }
}
