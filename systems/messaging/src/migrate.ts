// `messaging migrate`: brings the database named by DATABASE_URL to the newest schema.

import { fileURLToPath } from 'node:url'
import { databaseSettings, migrateDatabase, readSettings } from '@plimsoll/service'
import { Type } from 'typebox'

const schema = Type.Object({ DATABASE_URL: databaseSettings.DATABASE_URL })

/** The folder of the SQL files. */
export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

/** Applies what is missing, prints its names and resolves to 0. May run twice at once. */
export async function migrate(
  environment: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
): Promise<number> {
  const { DATABASE_URL: url } = readSettings(schema, environment)
  const applied = await migrateDatabase({ url, folder: migrationsFolder })
  for (const name of applied) print(`applied ${name}`)
  if (applied.length === 0) print('the schema is up to date')
  return 0
}
