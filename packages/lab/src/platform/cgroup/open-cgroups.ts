// Finds out which cgroups this process has and where it may make its own.

import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { CgroupParent } from './cgroup.ts'
import { openCgroupsV1 } from './cgroup-v1.ts'
import { openCgroupsV2 } from './cgroup-v2.ts'

/** What `/proc` says: the text of `self/mountinfo` and of `self/cgroup`. */
export interface CgroupFacts {
  readonly mounts: string
  readonly own: string
}

export type CgroupPlaces =
  | { readonly version: 'v1'; readonly cpu: readonly string[]; readonly cpuacct: readonly string[] }
  | { readonly version: 'v2'; readonly candidates: readonly string[] }
  | { readonly version: 'none' }

/** Parents to try, best first. v1 wins where it has the cpu controller, as on a hybrid system. */
export function cgroupPlaces({ mounts, own }: CgroupFacts): CgroupPlaces {
  const trees = mounts.split('\n').flatMap(treeOf)
  const ownPaths = new Map(
    own.split('\n').flatMap((line) => {
      const [, controllers = '', path = ''] = line.split(/:(.*?):/)
      return controllers.split(',').map((name) => [name, path] as const)
    }),
  )
  const places = (controller: string): string[] => {
    const tree = trees.find(({ controllers }) => controllers.includes(controller))
    if (tree === undefined) return []
    return ancestors(ownPaths.get(controller) ?? '/').map((path) => resolve(tree.mount, `.${path}`))
  }
  const [cpu, cpuacct, unified] = [places('cpu'), places('cpuacct'), places('')]
  if (cpu.length > 0 && cpuacct.length > 0) return { version: 'v1', cpu, cpuacct }
  return unified.length > 0 ? { version: 'v2', candidates: unified } : { version: 'none' }
}

/** `… MOUNT OPTIONS - cgroup NAME rw,cpu,cpuacct`; the one tree of v2 counts as the controller ''. */
function treeOf(line: string): { mount: string; controllers: string[] }[] {
  const [before = '', after = ''] = line.split(' - ')
  const mount = before.split(' ')[4] ?? ''
  const [kind, , options = ''] = after.split(' ')
  if (kind === 'cgroup2') return [{ mount, controllers: [''] }]
  return kind === 'cgroup' ? [{ mount, controllers: options.split(',') }] : []
}

/** `/a/b` → `/a/b`, `/a`, `/`. */
function ancestors(path: string): string[] {
  const found = [path]
  for (let at = path; at !== '/' && at !== '.'; found.push(at)) at = dirname(at)
  return found
}

export type OpenedCgroups =
  | { readonly parent: CgroupParent }
  /** Why no limits can be set here, in words. */
  | { readonly parent: null; readonly why: string }

/** Makes the parent group `name`, or says why that is not possible. */
export function openCgroups(name: string, facts: CgroupFacts | null = readFacts()): OpenedCgroups {
  const places: CgroupPlaces = facts === null ? { version: 'none' } : cgroupPlaces(facts)
  if (places.version === 'none') {
    return { parent: null, why: `${process.platform} has no cgroups here` }
  }
  try {
    if (places.version === 'v2') return { parent: openCgroupsV2(places, name) }
    return { parent: firstV1(places, name) }
  } catch (error) {
    const said = error instanceof Error ? error.message : 'unknown reason'
    return { parent: null, why: `cgroups ${places.version} do not let this user in (${said})` }
  }
}

/** Inside a container the path in `self/cgroup` may not exist below the mount: then its root serves. */
function firstV1(
  { cpu, cpuacct }: { cpu: readonly string[]; cpuacct: readonly string[] },
  name: string,
): CgroupParent {
  let reason: unknown
  for (const [own, place] of [
    [cpu[0], cpuacct[0]],
    [cpu.at(-1), cpuacct.at(-1)],
  ]) {
    try {
      return openCgroupsV1({ cpu: own ?? '', cpuacct: place ?? '' }, name)
    } catch (error) {
      reason = error
    }
  }
  throw reason
}

function readFacts(): CgroupFacts | null {
  try {
    return {
      mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
      own: readFileSync('/proc/self/cgroup', 'utf8'),
    }
  } catch {
    return null
  }
}
