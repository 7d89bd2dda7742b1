// An empty cluster: initdb takes seconds, so it is done once and copied. Its password is made at random
// when the template is made and lies in the data folder, which only the database user can read.

import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PostgresBinaries } from './binaries.ts'
import { makeCacheFolder } from './cache-folder.ts'
import { runCommand } from './command.ts'
import { cachedFolder } from './copy-folder.ts'
import type { Account } from './database-user.ts'
import { environmentError } from './environment-error.ts'

const passwordFile = 'plimsoll-password'
/** The superuser of every cluster made here, and its first database. */
export const superuser = 'postgres'

export interface ClusterMaker {
  readonly cache: string
  readonly binaries: PostgresBinaries
  readonly user: Account | null
}

/** Folder of an empty, stopped cluster (`data` below it) to copy from; made at the first call. */
export async function emptyCluster({ cache, binaries, user }: ClusterMaker): Promise<string> {
  const parent = await makeCacheFolder(cache, 'clusters')
  return cachedFolder(join(parent, `empty-${binaries.version}`), async (folder) => {
    await makeOwnFolder(folder, user)
    await initialise(join(folder, 'data'), { binaries, user })
  })
}

/** Makes a folder that only the database user (and root) can enter. */
export async function makeOwnFolder(folder: string, user: Account | null): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (user !== null) await chown(folder, user.uid, user.gid)
}

/** Code points in order, letters of all alphabets: by PostgreSQL itself where it can, else by the C library. */
function localeOf({ major }: PostgresBinaries): string[] {
  if (major < 17) return ['--locale=C.UTF-8']
  return ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
}

async function initialise(
  data: string,
  { binaries, user }: Pick<ClusterMaker, 'binaries' | 'user'>,
): Promise<void> {
  const password = randomBytes(18).toString('base64url')
  const pwfile = `${data}.password`
  await writeFile(pwfile, password, { mode: 0o600 })
  if (user !== null) await chown(pwfile, user.uid, user.gid)
  const { code, output } = await runCommand(
    binaries.initdb,
    [
      `--pgdata=${data}`,
      `--username=${superuser}`,
      `--pwfile=${pwfile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      ...localeOf(binaries),
      '--no-instructions',
    ],
    { as: user, cwd: '/' },
  )
  if (code !== 0) {
    throw environmentError('A new PostgreSQL cluster could not be made', '', {
      code: 'server-did-not-start',
      log: output.trim().split('\n').slice(-20).join('\n'),
    })
  }
  await writeFile(join(data, passwordFile), password, { mode: 0o600 })
  if (user !== null) await chown(join(data, passwordFile), user.uid, user.gid)
}

/** The superuser's password of a cluster that was made here. */
export async function passwordOf(data: string): Promise<string> {
  return (await readFile(join(data, passwordFile), 'utf8')).trim()
}
