// Cgroups v2: one tree. A group hands the cpu controller on to its children only when it holds no process
// itself ("no internal processes"), so the processes of our own group may have to step aside into a leaf.

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quotaOf, statNumber, type Cgroup, type CgroupParent } from './cgroup.ts'
import { numbers } from './cgroup-v1.ts'

export interface PlacesV2 {
  /** Groups to try, our own first, then its ancestors. */
  readonly candidates: readonly string[]
}

const leafName = 'plimsoll-aside'

/** Makes the parent group `name` below the first candidate that can. Throws with the last reason. */
export function openCgroupsV2({ candidates }: PlacesV2, name: string): CgroupParent {
  const withCpu = candidates.filter((place) => words(place, 'cgroup.controllers').includes('cpu'))
  let reason: unknown = new Error('the cpu controller is not delegated to this user')
  // Nobody is moved when some group hands the controller on already.
  for (const stepAside of [false, true]) {
    for (const place of stepAside ? withCpu.slice(0, 1) : withCpu) {
      try {
        return openBelow(place, name, stepAside)
      } catch (error) {
        reason = error
      }
    }
  }
  throw reason
}

function openBelow(place: string, name: string, stepAside: boolean): CgroupParent {
  let borrowed: string | null = null
  if (!words(place, 'cgroup.subtree_control').includes('cpu')) {
    if (stepAside) borrowed = moveAside(place)
    else if (holdsProcesses(place)) throw new Error(`${place} holds processes`)
    try {
      writeFileSync(join(place, 'cgroup.subtree_control'), '+cpu')
    } catch (error) {
      if (borrowed !== null) giveBack(borrowed)
      throw error
    }
  }
  const parent = join(place, name)
  mkdirSync(parent)
  try {
    writeFileSync(join(parent, 'cgroup.subtree_control'), '+cpu')
  } catch (error) {
    rmdirSync(parent)
    throw error
  }
  return {
    version: 'v2',
    folders: [parent],
    borrowed,
    create: (child) => createV2(join(parent, child)),
  }
}

function createV2(folder: string): Cgroup {
  mkdirSync(folder)
  let period_us = quotaOf(1).period_us
  return {
    folders: [folder],
    get period_seconds() {
      return period_us / 1e6
    },
    add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
    pids: () => numbers(readFileSync(join(folder, 'cgroup.procs'), 'utf8')),
    limit(cores) {
      const wanted = quotaOf(cores ?? 1)
      period_us = wanted.period_us
      const quota = cores === null ? 'max' : String(wanted.quota_us)
      writeFileSync(join(folder, 'cpu.max'), `${quota} ${wanted.period_us}`)
    },
    usage() {
      const stat = readFileSync(join(folder, 'cpu.stat'), 'utf8')
      return {
        cpu_seconds: statNumber(stat, 'usage_usec') / 1e6,
        throttled_periods: statNumber(stat, 'nr_throttled'),
      }
    },
  }
}

/** The root of the whole tree may hold processes; it alone has no `cgroup.type`. */
function holdsProcesses(place: string): boolean {
  return existsSync(join(place, 'cgroup.type')) && words(place, 'cgroup.procs').length > 0
}

function moveAside(place: string): string {
  const leaf = join(place, leafName)
  mkdirSync(leaf, { recursive: true })
  moveAll(place, leaf)
  return leaf
}

/** Puts the processes that stepped aside back where they were, and removes the leaf. */
export function giveBack(leaf: string): void {
  const place = join(leaf, '..')
  writeFileSync(join(place, 'cgroup.subtree_control'), '-cpu')
  moveAll(leaf, place)
  rmdirSync(leaf)
}

function moveAll(from: string, to: string): void {
  for (const pid of words(from, 'cgroup.procs')) {
    try {
      writeFileSync(join(to, 'cgroup.procs'), pid)
    } catch (error) {
      // It may have ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

function words(folder: string, file: string): string[] {
  try {
    return readFileSync(join(folder, file), 'utf8').split(/\s+/).filter(Boolean)
  } catch {
    return []
  }
}
