// `campaign migrate`: brings the database named by DATABASE_URL to the newest schema.

import { fileURLToPath } from 'node:url'
import { migrateCommand } from '@plimsoll/service/migrate'

/** The folder of the SQL files. */
export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

/** Applies what is missing, prints its names and resolves to 0. May run twice at once. */
export const migrate = migrateCommand(migrationsFolder)
