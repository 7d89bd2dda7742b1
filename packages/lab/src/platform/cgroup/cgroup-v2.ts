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
  // Best where nothing has to change; moving processes, our own group's, is the last resort.
  const attempts = [
    ...withCpu.filter(handsOn).map((place) => () => openBelow(place, name)),
    ...withCpu.map((place) => () => openAfterEnabling(place, name)),
    ...withCpu.slice(0, 1).map((place) => () => openAside(place, name)),
  ]
  for (const attempt of attempts) {
    try {
      return attempt()
    } catch (error) {
      reason = error
    }
  }
  throw reason
}

function handsOn(place: string): boolean {
  return words(place, 'cgroup.subtree_control').includes('cpu')
}

function openAfterEnabling(place: string, name: string): CgroupParent {
  if (holdsProcesses(place)) throw new Error(`${place} holds processes`)
  enableCpu(place)
  return openBelow(place, name)
}

function openAside(place: string, name: string): CgroupParent {
  const borrowed = moveAside(place)
  try {
    enableCpu(place)
    return { ...openBelow(place, name), borrowed }
  } catch (error) {
    giveBack(borrowed)
    throw error
  }
}

function openBelow(place: string, name: string): CgroupParent {
  const parent = join(place, name)
  // What stepped aside for a deployment that is still here goes back with the last one.
  const leaf = join(place, leafName)
  mkdirSync(parent)
  try {
    enableCpu(parent)
  } catch (error) {
    rmdirSync(parent)
    throw error
  }
  return {
    version: 'v2',
    folders: [parent],
    borrowed: existsSync(leaf) ? leaf : null,
    create: (child) => createV2(join(parent, child)),
  }
}

function enableCpu(folder: string): void {
  writeFileSync(join(folder, 'cgroup.subtree_control'), '+cpu')
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
