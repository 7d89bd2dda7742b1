// Takes a group away: first everything that still runs in it, then its folder.

import { readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { signalProcess, until } from '@plimsoll/stores'
import { numbers } from './cgroup-v1.ts'

/**
 * Ends what runs in the group and in those below it with SIGKILL and removes their folders; false when
 * one is still there after 5 s.
 */
export async function removeCgroup(folder: string): Promise<boolean> {
  for (const child of childrenOf(folder)) await removeCgroup(join(folder, child))
  return until(
    () => {
      try {
        const procs = readFileSync(join(folder, 'cgroup.procs'), 'utf8')
        for (const pid of numbers(procs)) signalProcess(pid, 'SIGKILL')
        rmdirSync(folder)
        return true
      } catch (error) {
        // Busy until the last process has been collected.
        return (error as NodeJS.ErrnoException).code === 'ENOENT'
      }
    },
    { deadline_ms: 5_000 },
  )
}

function childrenOf(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch {
    return []
  }
}
