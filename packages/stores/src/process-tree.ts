// Processes by parent. PostgreSQL's backends each lead a group of their own, so a signal to the
// postmaster's group does not reach them: they are found by their parent.

import { readdir, readFile } from 'node:fs/promises'
import { runCommand } from './command.ts'
import { until } from './until.ts'

/** `pid` and all its descendants, parents first; empty when it has gone. */
export async function processTree(pid: number): Promise<number[]> {
  const parents = await parentsByPid()
  if (!parents.has(pid)) return []
  const tree = [pid]
  for (let i = 0; i < tree.length; i += 1) {
    for (const [child, parent] of parents) if (parent === tree[i]) tree.push(child)
  }
  return tree
}

async function parentsByPid(): Promise<Map<number, number>> {
  if (process.platform !== 'linux') {
    const { output } = await runCommand('ps', ['-A', '-o', 'pid=,ppid='])
    return new Map(
      output
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]),
    )
  }
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const fields = statFields(stat)
    if (fields.length > 1 && fields[0] !== 'Z') parents.set(Number(name), Number(fields[1]))
  }
  return parents
}

/**
 * The fields of `/proc/PID/stat` after the name, which may hold spaces and brackets: state first, then
 * parent. Field n of proc(5) is at index n − 3.
 */
export function statFields(stat: string): string[] {
  const end = stat.lastIndexOf(')')
  return end === -1
    ? []
    : stat
        .slice(end + 2)
        .trim()
        .split(' ')
}

/** Sends a signal; false when the process has gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** True while the process runs; one that has ended and is not yet collected by its parent does not. */
export async function isRunning(pid: number): Promise<boolean> {
  if (!signalProcess(pid, 0)) return false
  if (process.platform !== 'linux') return true
  const [state] = statFields(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))
  return !hasEnded(state)
}

/** Zombies are not yet collected by their parent; they hold nothing any more. */
function hasEnded(state: string | undefined): boolean {
  return state === undefined || state === 'Z' || state === 'X'
}

/**
 * SIGKILL for `pid` and all its descendants, as a power cut would: resolves when none of them runs, or
 * after 5 s.
 */
export async function killTree(pid: number): Promise<void> {
  // Stopped first, so that it starts no child while they are being counted.
  signalProcess(pid, 'SIGSTOP')
  const pids = await processTree(pid)
  for (const each of pids) signalProcess(each, 'SIGKILL')
  const areGone = async () => !(await Promise.all(pids.map(isRunning))).includes(true)
  await until(areGone, { deadline_ms: 5_000 })
}

/**
 * When a process started, as the system tells it: with the pid it names one process for good. Null: it
 * has ended.
 */
export async function startTime(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const fields = statFields(stat)
    return hasEnded(fields[0]) ? null : (fields[19] ?? null)
  }
  const { code, output } = await runCommand('ps', ['-o', 'lstart=', '-p', String(pid)])
  return code === 0 ? output.trim().replaceAll(/[^0-9A-Za-z]+/g, '_') : null
}
