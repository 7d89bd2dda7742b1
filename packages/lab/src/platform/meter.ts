// What an instance uses of the machine. In a cgroup the kernel counts, even for processes that have ended;
// without one, its processes are added up.

import { readFile } from 'node:fs/promises'
import { processTree, statFields } from '@plimsoll/stores'
import type { Cgroup } from './cgroup/cgroup.ts'

export interface Reading {
  /** On the monotonic clock. */
  readonly at_ms: number
  readonly cpu_seconds: number
  readonly throttled_periods: number
  readonly period_seconds: number
  readonly memory_bytes: number
}

/** Linux counts CPU in `/proc` in hundredths of a second, whatever its tick. */
const ticksPerSecond = 100

/** Reads all counters of an instance, by its group or by its first process. */
export async function readMeter(pid: number, group: Cgroup | null): Promise<Reading> {
  const pids = group === null ? await processTree(pid) : group.pids()
  const memory_bytes = await memoryOf(pids)
  const at_ms = performance.now()
  if (group !== null) {
    return { at_ms, memory_bytes, period_seconds: group.period_seconds, ...group.usage() }
  }
  const stats = await Promise.all(pids.map((each) => readText(`/proc/${each}/stat`)))
  const cpu_seconds = stats.reduce((sum, stat) => sum + cpuSecondsIn(stat), 0)
  return { at_ms, memory_bytes, cpu_seconds, throttled_periods: 0, period_seconds: 0 }
}

/** Own time and that of children already collected, so that the sum of a tree never falls. */
function cpuSecondsIn(stat: string): number {
  const times = statFields(stat).slice(11, 15).map(Number)
  return times.reduce((sum, time) => sum + time, 0) / ticksPerSecond
}

/** Anonymous memory of each, and what they share (a database's buffers, programs) once. */
async function memoryOf(pids: readonly number[]): Promise<number> {
  const texts = await Promise.all(pids.map((pid) => readText(`/proc/${pid}/status`)))
  const kilobytes = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0)
  let own = 0
  let shared = 0
  for (const text of texts) {
    own += kilobytes(text, 'RssAnon')
    shared = Math.max(shared, kilobytes(text, 'RssFile') + kilobytes(text, 'RssShmem'))
  }
  return (own + shared) * 1_024
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}

export interface Use {
  readonly cpu_cores: number
  /** Share of the quota's periods in which it ran out, idle periods included: 1 is always wanting more. */
  readonly throttled_share: number
  readonly memory_bytes: number
}

/** What was used between two readings. */
export function useBetween(before: Reading, now: Reading): Use {
  const elapsed = (now.at_ms - before.at_ms) / 1_000
  if (elapsed <= 0) return { cpu_cores: 0, throttled_share: 0, memory_bytes: now.memory_bytes }
  const throttled = (now.throttled_periods - before.throttled_periods) * now.period_seconds
  return {
    cpu_cores: Math.max(0, now.cpu_seconds - before.cpu_seconds) / elapsed,
    throttled_share: Math.min(1, Math.max(0, throttled / elapsed)),
    memory_bytes: now.memory_bytes,
  }
}
