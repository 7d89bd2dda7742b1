// Groups of processes with a CPU limit for as long as a measurement takes.

import { rmdirSync } from 'node:fs'
import { openCgroups } from '@plimsoll/lab'

export type LimitGroups = ReturnType<typeof limitGroups>

/** Groups that nothing but this measurement uses, or why there can be none. Dispose of them when their processes are gone. */
export function limitGroups(count: number) {
  const { parent, ...rest } = openCgroups(`plimsoll-bench-${process.pid}`)
  const groups = Array.from({ length: count }, (_, n) => parent?.create(`${n}`)).filter(
    (group) => group !== undefined,
  )
  return {
    groups,
    unlimited: 'why' in rest ? rest.why : null,
    [Symbol.dispose]() {
      const folders = groups.flatMap((group) => group.folders)
      for (const folder of [...folders, ...(parent?.folders ?? [])]) {
        try {
          rmdirSync(folder)
        } catch {
          // A process is still in it.
        }
      }
    },
  }
}
