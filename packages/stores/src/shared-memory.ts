// A killed server cannot give back the System V segment that guards its data folder (56 bytes, of which a
// machine has 4,096); the kernel keeps it until somebody removes it. All other shared memory is anonymous
// or lies in the data folder (`dynamic_shared_memory_type = mmap`).

import { readFile } from 'node:fs/promises'
import { runCommand } from './command.ts'

/**
 * The id of the segment that the server of a postmaster.pid left, found in the text of
 * `/proc/sysvipc/shm`: same key, same id, made by that postmaster, and nobody attached. Otherwise null:
 * after a restart of the machine the id may belong to somebody else.
 */
export function abandonedSegment(lock: string, segments: string): string | null {
  const lines = lock.split('\n')
  const [key, id] = fields(lines[6] ?? '')
  for (const line of segments.split('\n').slice(1)) {
    // key, shmid, perms, size, cpid, lpid, nattch
    const [itsKey, itsId, , , maker, , attached] = fields(line)
    if (itsId === id && itsKey === key && maker === lines[0] && attached === '0')
      return itsId ?? null
  }
  return null
}

/** Removes the segment of a killed server, by the text of its postmaster.pid. Linux only. */
export async function forgetSegment(lock: string): Promise<void> {
  const segments = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '')
  const id = abandonedSegment(lock, segments)
  if (id !== null) await runCommand('ipcrm', ['-m', id])
}

function fields(line: string): string[] {
  return line.trim().split(/\s+/)
}
