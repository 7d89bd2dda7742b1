// A killed server cannot give back the System V segment that guards its data folder (56 bytes, of which a
// machine has 4,096); the kernel keeps it until somebody removes it. All other shared memory is anonymous
// or lies in the data folder (`dynamic_shared_memory_type = mmap`).

import { runCommand } from './command.ts'

/** The id of the segment, from the seventh line of postmaster.pid; null when there is none. */
export function segmentIn(lock: string): string | null {
  const [, id] = (lock.split('\n')[6] ?? '').trim().split(/\s+/)
  return id === undefined || !/^\d+$/.test(id) ? null : id
}

/** Removes the segment of a killed server. */
export async function forgetSegment(id: string | null): Promise<void> {
  if (id !== null) await runCommand('ipcrm', ['-m', id])
}
