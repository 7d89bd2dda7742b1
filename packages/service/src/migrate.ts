// Brings a database to the newest schema. Migrations are plain SQL files, numbered; all that are missing
// run in one transaction under an advisory lock, so two services may migrate at the same moment.

import { runner } from 'node-pg-migrate'
import { Client } from 'pg'
import { Type } from 'typebox'
import { databaseSettings, readSettings } from './settings.ts'

export interface MigrateOptions {
  readonly url: string
  /** Absolute path of the folder of SQL files. */
  readonly folder: string
}

/** Applies the migrations that are missing and resolves to their names; rejects with pg's error. */
export async function migrateDatabase({ url, folder }: MigrateOptions): Promise<readonly string[]> {
  // Its own connection would still be closing when the migrations are done.
  const dbClient = new Client({ connectionString: url })
  // Whoever waits for an answer is told by its own promise.
  dbClient.on('error', () => undefined)
  await dbClient.connect()
  try {
    const applied = await runner({
      dbClient,
      dir: folder,
      migrationsTable: 'migrations',
      direction: 'up',
      advisoryLockMode: 'wait',
      log: () => undefined,
    })
    return applied.map(({ name }) => name)
  } finally {
    await dbClient.end()
  }
}

const schema = Type.Object({ DATABASE_URL: databaseSettings.DATABASE_URL })

/** What `migrate` of a system does: brings the database of `DATABASE_URL` to the newest schema, prints what it applied, resolves to 0. */
export function migrateCommand(folder: string) {
  return async (
    environment: Readonly<Record<string, string | undefined>>,
    print: (line: string) => void,
  ): Promise<number> => {
    const { DATABASE_URL: url } = readSettings(schema, environment)
    const applied = await migrateDatabase({ url, folder })
    for (const name of applied) print(`applied ${name}`)
    if (applied.length === 0) print('the schema is up to date')
    return 0
  }
}
