// Writes a file that a person will change: never over one that is there.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlimsollError } from '@plimsoll/workload'

/** Throws `file-exists`; the folder is made. */
export async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new PlimsollError({
      code: 'file-exists',
      blame: 'input',
      message: `Expected no file at ${file}, found one: what you wrote is not overwritten.`,
      hint: 'Give another name, or move that file away.',
      cause: error,
    })
  }
}
