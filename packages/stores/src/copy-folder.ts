// Copies a folder of a stopped database, or of binaries: owner and mode kept, blocks shared where the
// disk can (copy on write).

import { rename, rm, stat } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { runCommand } from './command.ts'
import { environmentError } from './environment-error.ts'

/** Copies `from` to `to`, which must not exist. Throws `disk-full`, `no-permission`. */
export async function copyFolder(from: string, to: string): Promise<void> {
  const flags = process.platform === 'darwin' ? ['-cRp'] : ['-a', '--reflink=auto']
  const { code, output } = await runCommand('cp', [...flags, from, to])
  if (code === 0) return
  await rm(to, { recursive: true, force: true })
  throw environmentError(`Copying ${from} to ${to} failed`, output, { code: 'copy-failed' })
}

/** Waits until everything written to the disk of `folder` has reached it. */
export async function flushFolder(folder: string): Promise<void> {
  await runCommand('sync', process.platform === 'linux' ? ['-f', folder] : [])
}

/**
 * Makes a cached folder once: `build` fills a temporary neighbour, which then takes its name. Two
 * processes at once both build and one of them wins; an interrupted one leaves nothing of that name.
 */
export async function cachedFolder(
  folder: string,
  build: (temporary: string) => Promise<void>,
): Promise<string> {
  if (await exists(folder)) return folder
  const temporary = join(
    dirname(folder),
    `.building-${process.pid}-${randomBytes(6).toString('hex')}`,
  )
  try {
    await build(temporary)
    await rename(temporary, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return folder
}

/** True when there is something of that name. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
