// What a generator costs, read from /proc the same way for every one of them: all processes of its session.

import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second. */
const ticksPerSecond = 100

interface Stat {
  readonly session: number
  readonly cpu_seconds: number
}

/** CPU seconds that processes of a session have used, with those that they have waited for. */
export function cpuOfSession(session: number): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.session === session)
    .reduce((sum, stat) => sum + (stat?.cpu_seconds ?? 0), 0)
}

/** CPU seconds that one process has used. */
export function cpuOf(pid: number): number {
  return statOf(pid)?.cpu_seconds ?? 0
}

/** Resident memory of a process, bytes. */
export function memoryOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) * 1_024
}

/** Undefined when the process has ended. */
function statOf(pid: number): Stat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The second field is the name in brackets, which may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
  return { session: Number(fields[3]), cpu_seconds: ticks / ticksPerSecond }
}
