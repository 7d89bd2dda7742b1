// Brings a database to the newest schema. Migrations are plain SQL files, numbered; all that are missing
// run in one transaction under an advisory lock, so two services may migrate at the same moment.

import { runner } from 'node-pg-migrate'

export interface MigrateOptions {
  readonly url: string
  /** Absolute path of the folder of SQL files. */
  readonly folder: string
}

/** Applies the migrations that are missing and resolves to their names; rejects with pg's error. */
export async function migrateDatabase({ url, folder }: MigrateOptions): Promise<readonly string[]> {
  const applied = await runner({
    databaseUrl: url,
    dir: folder,
    migrationsTable: 'migrations',
    direction: 'up',
    advisoryLockMode: 'wait',
    log: () => undefined,
  })
  return applied.map(({ name }) => name)
}
