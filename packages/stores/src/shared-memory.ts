// A killed server cannot give back its shared memory; the kernel keeps the segments until somebody
// removes them. They are read from the memory map before the kill.

import { readFile, rm } from 'node:fs/promises'
import { runCommand } from './command.ts'

export interface SharedMemory {
  /** Files below /dev/shm. */
  readonly files: readonly string[]
  /** System V segments by id. */
  readonly segments: readonly string[]
}

/** The shared memory that PostgreSQL processes have mapped; nothing on other systems than Linux. */
export async function sharedMemoryOf(pids: readonly number[]): Promise<SharedMemory> {
  const maps = pids.map((pid) => readFile(`/proc/${pid}/maps`, 'utf8').catch(() => ''))
  return sharedMemoryIn((await Promise.all(maps)).join('\n'))
}

/** Reads the text of `/proc/PID/maps`: address, mode, offset, device, inode (the id of a segment), name. */
export function sharedMemoryIn(maps: string): SharedMemory {
  const files = new Set<string>()
  const segments = new Set<string>()
  for (const line of maps.split('\n')) {
    const [, , , , inode = '', name = ''] = line.split(/\s+/)
    if (name.startsWith('/dev/shm/PostgreSQL.')) files.add(name)
    if (name.startsWith('/SYSV')) segments.add(inode)
  }
  return { files: [...files], segments: [...segments] }
}

/** Removes what a killed server left. What others still use stays until they let go. */
export async function forgetSharedMemory({ files, segments }: SharedMemory): Promise<void> {
  for (const file of files) await rm(file, { force: true })
  for (const id of segments) await runCommand('ipcrm', ['-m', id])
}
