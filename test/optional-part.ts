// Parts that tests may do without. Where PLIMSOLL_REQUIRE names one, its absence is a failure; elsewhere the
// test is skipped with its reason.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'

const executables = {
  haproxy: ['haproxy'],
  'redis-server': ['redis-server'],
  etcd: ['etcd'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  wrk: ['wrk'],
} as const

export type OptionalPart = keyof typeof executables

/** The path of an installed part; otherwise skips the test, or fails it when the part is required. */
export function needs(part: OptionalPart, context: TestContext): string {
  return find(part) ?? refuse(part, `${part} is not installed`, context)
}

/** Skips the test where CPU limits cannot be set, or fails it when `cgroups` are required. */
export function needsCgroups(why: string | null, context: TestContext): void {
  if (why !== null) refuse('cgroups', `CPU limits cannot be set: ${why}`, context)
}

/** The folder of real data sets that PLIMSOLL_DATA names; otherwise skips the test, or fails it when required. */
export function needsData(name: string, context: TestContext): string {
  const root = process.env['PLIMSOLL_DATA']
  if (root === undefined)
    refuse('data', 'PLIMSOLL_DATA is not set: real data sets are elsewhere', context)
  const folder = join(root, name)
  if (!existsSync(folder)) refuse('data', `PLIMSOLL_DATA has no folder ${name}`, context)
  return folder
}

/** Where a part is installed, or undefined. */
export function find(part: OptionalPart): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return executables[part]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path))
}

function refuse(part: string, reason: string, context: TestContext): never {
  const required = (process.env['PLIMSOLL_REQUIRE'] ?? '').split(',').map((name) => name.trim())
  if (required.includes(part)) throw new Error(`${reason}, but PLIMSOLL_REQUIRE names ${part}`)
  return context.skip(reason)
}
