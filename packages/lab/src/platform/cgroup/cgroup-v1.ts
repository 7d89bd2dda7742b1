// Cgroups v1: one tree of folders per controller. Limits are in `cpu`, use is counted in `cpuacct`; the
// two are often mounted as one.

import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quotaOf, statNumber, type Cgroup, type CgroupParent } from './cgroup.ts'

export interface PlacesV1 {
  /** Folder of the cpu controller below which groups may be made. */
  readonly cpu: string
  readonly cpuacct: string
}

/** Makes the parent group `name`. Throws where the system does not permit it. */
export function openCgroupsV1(places: PlacesV1, name: string): CgroupParent {
  const parents = [...new Set([places.cpu, places.cpuacct])].map((place) => join(place, name))
  makeAll(parents)
  const [cpu = '', cpuacct = cpu] = parents
  return {
    version: 'v1',
    folders: parents,
    borrowed: null,
    create: (child) => createV1({ cpu: join(cpu, child), cpuacct: join(cpuacct, child) }),
  }
}

function createV1({ cpu, cpuacct }: PlacesV1): Cgroup {
  const folders = [...new Set([cpu, cpuacct])]
  makeAll(folders)
  let period_us = quotaOf(1).period_us
  return {
    folders,
    get period_seconds() {
      return period_us / 1e6
    },
    add(pid) {
      for (const folder of folders) writeFileSync(join(folder, 'cgroup.procs'), String(pid))
    },
    pids: () => numbers(readFileSync(join(cpu, 'cgroup.procs'), 'utf8')),
    limit(cores) {
      // Lifted first: no combination of the old and the new pair may exceed what the parent allows.
      writeFileSync(join(cpu, 'cpu.cfs_quota_us'), '-1')
      if (cores === null) return
      const wanted = quotaOf(cores)
      period_us = wanted.period_us
      writeFileSync(join(cpu, 'cpu.cfs_period_us'), String(wanted.period_us))
      writeFileSync(join(cpu, 'cpu.cfs_quota_us'), String(wanted.quota_us))
    },
    usage: () => ({
      cpu_seconds: Number(readFileSync(join(cpuacct, 'cpuacct.usage'), 'utf8')) / 1e9,
      throttled_periods: statNumber(readFileSync(join(cpu, 'cpu.stat'), 'utf8'), 'nr_throttled'),
    }),
  }
}

/** All or none. */
function makeAll(folders: readonly string[]): void {
  const made: string[] = []
  try {
    for (const folder of folders) {
      mkdirSync(folder)
      made.push(folder)
    }
  } catch (error) {
    for (const folder of made) rmdirSync(folder)
    throw error
  }
}

/** The numbers in a list of lines. */
export function numbers(text: string): number[] {
  return text.split('\n').filter(Boolean).map(Number)
}
