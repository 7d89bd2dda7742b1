// The data of a system, prepared once: an empty database, the system's own commands, a clean stop. What
// lies in the cache is named by everything that made it, so a changed migration makes another template.

import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import {
  cachedFolder,
  cacheFolder,
  databaseUser,
  makeCacheFolder,
  makeOwnFolder,
  openPostgres,
  postgresBinaries,
  startTime,
  type PostgresServer,
} from '@plimsoll/stores'
import type { System } from '../system.ts'
import { Journal, putAwayLeftovers } from './journal.ts'
import { runPrepareCommands } from './prepare-commands.ts'

export interface PrepareOptions {
  readonly system: System
  readonly seed: number
  readonly onProgress?: (line: string) => void
  readonly cache?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Ends the preparation early; what was half done is thrown away. */
  readonly signal?: AbortSignal
}

const keptTemplates = 3

/**
 * The folder of prepared data for each database part, made if it is not cached. Throws
 * `prepare-failed` with the last lines that the command said.
 */
export async function prepareTemplate(options: PrepareOptions): Promise<Record<string, string>> {
  const { system, seed, onProgress = () => {}, cache = cacheFolder() } = options
  const names = Object.keys(system.parts).filter((name) => system.parts[name]?.kind === 'postgres')
  if (names.length === 0) return {}
  await putAwayLeftovers(cache)
  const { version } = await postgresBinaries(cache)
  const hash = await templateHash({ system, seed, version })
  const parent = await makeCacheFolder(cache, 'templates', system.name)
  let isCached = true
  const folder = await cachedFolder(join(parent, hash), async (temporary) => {
    isCached = false
    onProgress(`preparing the data of ${system.name} (once; kept in ${parent})`)
    await prepare({ ...options, onProgress, cache }, names, temporary)
  })
  if (isCached) onProgress(`data of ${system.name}: prepared before, taken from the cache`)
  const now = new Date()
  await utimes(folder, now, now)
  await prune(parent)
  return Object.fromEntries(names.map((name) => [name, join(folder, name)]))
}

/** Names a template by all that goes into it: commands and the files they name, sources, PostgreSQL and seed. */
export async function templateHash({
  system,
  seed,
  version,
}: {
  system: System
  seed: number
  version: string
}): Promise<string> {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([version, seed, system.prepare.map(({ command }) => command)]))
  const folders = ['migrations', 'src'].map((folder) => filesBelow(join(system.folder, folder)))
  for (const file of [...(await filesNamed(system)), ...(await Promise.all(folders)).flat()]) {
    hash.update(`\0${relative(system.folder, file)}\0`)
    hash.update(await readFile(file))
  }
  return hash.digest('hex').slice(0, 16)
}

/** `psql --file schema.sql`: the words of the commands that are files of the system. */
async function filesNamed({ folder, prepare }: System): Promise<string[]> {
  const words = new Set(prepare.flatMap(({ command }) => command.split(/[\s='"]+/)))
  const found: string[] = []
  for (const path of [...words]
    .filter((word) => word !== '')
    .map((word) => resolve(folder, word))) {
    const isInside = !relative(folder, path).startsWith('..')
    if (isInside && (await stat(path).catch(() => null))?.isFile()) found.push(path)
  }
  return found
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

type Preparing = PrepareOptions & Required<Pick<PrepareOptions, 'onProgress' | 'cache'>>

async function prepare(options: Preparing, names: string[], folder: string): Promise<void> {
  const { cache } = options
  await using journal = await Journal.open(cache)
  await using servers = new AsyncDisposableStack()
  const started: [string, PostgresServer][] = []
  for (const name of names) {
    const part = options.system.parts[name]
    const settings = part?.kind === 'postgres' ? part.settings : {}
    started.push([name, servers.use(await openPostgres({ cache, settings }))])
  }
  const addresses = Object.fromEntries(started.map(([name, { url }]) => [name, { url }]))
  await runPrepareCommands({ ...options, journal, databases: addresses })
  const user = await databaseUser()
  await makeOwnFolder(folder, user)
  for (const [name, server] of started) {
    await server.stop()
    await makeOwnFolder(join(folder, name), user)
    await rename(server.dataFolder, join(folder, name, 'data'))
  }
}

/** Keeps the templates that were used last, and nothing half built by a process that is gone. */
async function prune(parent: string): Promise<void> {
  const kept: { path: string; used: number }[] = []
  for (const name of await readdir(parent)) {
    const path = join(parent, name)
    const builder = /^\.building-(\d+)-/.exec(name)?.[1]
    if (builder === undefined) {
      // Another lab may have removed it just now.
      const found = await stat(path).catch(() => null)
      if (found !== null) kept.push({ path, used: found.mtimeMs })
    } else if ((await startTime(Number(builder))) === null) {
      await rm(path, { recursive: true, force: true })
    }
  }
  const old = kept.toSorted((a, b) => b.used - a.used).slice(keptTemplates)
  for (const { path } of old) await rm(path, { recursive: true, force: true })
}
