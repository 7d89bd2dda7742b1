// Where binaries, templates and running copies are kept. The database user must be able to walk down to
// them, so root does not keep them in its home.

import { chmod, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { environmentError } from './environment-error.ts'

export interface CachePlace {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Undefined where the system has no user ids. */
  readonly uid: number | undefined
  readonly home: string
}

/** The folder of this user's caches: `/var/cache/plimsoll` for root, else by the XDG rule. */
export function cacheFolder(place: CachePlace = thisPlace()): string {
  if (place.uid === 0) return '/var/cache/plimsoll'
  const named = place.env['XDG_CACHE_HOME']
  return join(named !== undefined && named !== '' ? named : join(place.home, '.cache'), 'plimsoll')
}

function thisPlace(): CachePlace {
  return { env: process.env, uid: process.getuid?.(), home: homedir() }
}

/** Makes a folder of the cache that everyone may read. Throws `no-permission`, `disk-full`. */
export async function makeCacheFolder(...path: readonly [string, ...string[]]): Promise<string> {
  let folder = path[0]
  try {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o755)
    for (const name of path.slice(1)) {
      folder = join(folder, name)
      await mkdir(folder, { recursive: true })
      await chmod(folder, 0o755)
    }
  } catch (cause) {
    throw environmentError(`The cache folder ${folder} could not be made`, cause)
  }
  return folder
}
