// Where an experiment ran: what a reader needs to judge whether two figures may be compared.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { Environment } from '@plimsoll/record'

/** `software` names what else took part, with versions. */
export function readEnvironment({
  version,
  folder,
  software,
}: {
  version: string
  folder: string
  software: readonly string[]
}): Environment {
  return {
    plimsoll_version: version,
    commit: commitOf(folder),
    node_version: process.versions.node,
    platform: `${platform()} ${arch()}`,
    cpu_model: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_bytes: totalmem(),
    kernel: release(),
    cgroups: cgroupVersion(),
    software,
  }
}

function cgroupVersion(): Environment['cgroups'] {
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) return 'v2'
  return existsSync('/sys/fs/cgroup/cpu') ? 'v1' : 'none'
}

/** The commit of the system's sources, with `+` when they were changed since; null outside of git. */
function commitOf(folder: string): string | null {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    const changed = git('status', '--porcelain', '--untracked-files=no').trim() !== ''
    return git('rev-parse', '--short=12', 'HEAD').trim() + (changed ? '+' : '')
  } catch {
    return null
  }
}
