// Brings up a PostgreSQL server: binaries, a user who may run it, a folder with a cluster, a start.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PlimsollError } from '@plimsoll/workload'
import { postgresBinaries } from './binaries.ts'
import { cacheFolder } from './cache-folder.ts'
import { emptyCluster, makeOwnFolder } from './cluster.ts'
import { copyFolder, exists, flushFolder } from './copy-folder.ts'
import { databaseUser } from './database-user.ts'
import { environmentError } from './environment-error.ts'
import { PostgresServer } from './postgres-server.ts'
import { postgresConfiguration, type PostgresSettings } from './postgres-settings.ts'
import { makeTemporaryFolder, putAwayAbandoned } from './temporary-folder.ts'

export interface OpenPostgresOptions {
  /** Kept after it is closed; `data` lies below it. Default: a temporary folder, removed at the end. */
  readonly folder?: string
  /** Folder of a stopped server, copied when `folder` is still empty. Default: an empty cluster. */
  readonly from?: string
  /** Extra lines of postgresql.conf. Durability cannot be switched off. */
  readonly settings?: PostgresSettings
  /** Default: a free one. */
  readonly port?: number
  /** Its log is appended here. Default: `postgres.log` in its folder. */
  readonly logFile?: string
  /** Called with the pid of the postmaster as soon as there is one, at every start. */
  readonly onSpawn?: (pid: number) => void
  readonly cache?: string
}

/**
 * Starts a PostgreSQL server and resolves when it answers. Throws `postgres-absent`, `port-in-use`,
 * `no-permission`, `disk-full`, `server-did-not-start`, `postgres-settings-invalid`, `not-durable`.
 */
export async function openPostgres(options: OpenPostgresOptions = {}): Promise<PostgresServer> {
  const { cache = cacheFolder(), settings = {}, port, onSpawn = () => {} } = options
  postgresConfiguration(settings, 0)
  const [user, binaries] = await Promise.all([databaseUser(), postgresBinaries(cache)])
  await putAwayAbandoned(cache)
  const folder = options.folder ?? (await makeTemporaryFolder({ cache, user }))
  const temporary = options.folder === undefined
  const logFile = options.logFile ?? join(folder, 'postgres.log')
  const program = binaries.postgres
  const place = { program, user, folder, temporary, settings, port, onSpawn, logFile }
  try {
    if (!(await exists(join(folder, 'data')))) {
      if (!temporary) await makeOwnFolder(folder, user)
      const from = options.from ?? (await emptyCluster({ cache, binaries, user }))
      await copyFolder(join(from, 'data'), join(folder, 'data'))
      // Otherwise the kernel writes the copy out later, between flushes that may be measured.
      if (options.from !== undefined) await flushFolder(folder)
    }
    return await PostgresServer.start(place)
  } catch (error) {
    if (temporary) await rm(folder, { recursive: true, force: true })
    if (error instanceof PlimsollError) throw error
    throw environmentError(`PostgreSQL could not be started in ${folder}`, error)
  }
}
