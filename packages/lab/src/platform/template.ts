// The data of a system, prepared once: an empty database, the system's own commands, a clean stop. What
// lies in the cache is named by everything that made it, so a changed migration makes another template.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import {
  cachedFolder,
  cacheFolder,
  databaseUser,
  environmentError,
  makeCacheFolder,
  makeOwnFolder,
  openPostgres,
  postgresBinaries,
  signalProcess,
  startTime,
  type PostgresServer,
} from '@plimsoll/stores'
import type { PartAddress, SettingsInput, System } from '../system.ts'
import { environmentFor } from './instance-environment.ts'
import { Journal, putAwayLeftovers } from './journal.ts'

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
const deadline_ms = 60 * 60_000

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

/** Names a template by all that goes into it: commands, sources, PostgreSQL and seed. */
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
  for (const folder of ['migrations', 'src']) {
    for (const file of await filesBelow(join(system.folder, folder))) {
      hash.update(`\0${relative(system.folder, file)}\0`)
      hash.update(await readFile(file))
    }
  }
  return hash.digest('hex').slice(0, 16)
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
  for (const { command } of options.system.prepare) {
    options.signal?.throwIfAborted()
    options.onProgress(command)
    await runPrepare(command, { ...options, journal, addresses })
  }
  const user = await databaseUser()
  await makeOwnFolder(folder, user)
  for (const [name, server] of started) {
    await server.stop()
    await makeOwnFolder(join(folder, name), user)
    await rename(server.dataFolder, join(folder, name, 'data'))
  }
}

interface RunOptions extends Preparing {
  readonly journal: Journal
  readonly addresses: Readonly<Record<string, PartAddress>>
}

async function runPrepare(command: string, options: RunOptions): Promise<void> {
  const { system, journal, onProgress, signal, env = process.env } = options
  const child = spawn('sh', ['-c', command], {
    cwd: system.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environmentFor(system, env), ...entrySettings(system, options.addresses) },
  })
  const end = () => child.pid !== undefined && signalProcess(-child.pid, 'SIGKILL')
  signal?.addEventListener('abort', end)
  const late = setTimeout(end, deadline_ms)
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line)
      if (said.length > 20) said.shift()
      onProgress(`  ${line}`)
    })
  }
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, by) =>
      resolve(code === 0 ? null : by === null ? `it ended with ${code}` : `${by} ended it`),
    )
  })
  if (child.pid !== undefined) await journal.process(child.pid)
  const why = await ended
  clearTimeout(late)
  signal?.removeEventListener('abort', end)
  signal?.throwIfAborted()
  if (why === null) return
  throw environmentError(`Preparing the data of ${system.name} failed at "${command}"`, why, {
    code: 'prepare-failed',
    hint: `Its last lines are above. It ran in ${system.folder}.`,
    log: said.join('\n'),
  })
}

/** Services do not run yet: their addresses lead nowhere. */
function entrySettings(
  system: System,
  databases: Readonly<Record<string, PartAddress>>,
): Readonly<Record<string, string>> {
  const entry = system.parts[system.entry]
  if (entry?.kind !== 'service') return {}
  const nowhere = Object.keys(system.parts).map((name) => [name, { url: 'http://127.0.0.1:1' }])
  const input = { ...Object.fromEntries(nowhere), ...databases, port: 0 } as unknown
  return entry.settings(input as SettingsInput)
}

/** Keeps the templates that were used last, and nothing half built by a process that is gone. */
async function prune(parent: string): Promise<void> {
  const kept: { path: string; used: number }[] = []
  for (const name of await readdir(parent)) {
    const path = join(parent, name)
    const builder = /^\.building-(\d+)-/.exec(name)?.[1]
    if (builder === undefined) kept.push({ path, used: (await stat(path)).mtimeMs })
    else if ((await startTime(Number(builder))) === null) await rm(path, { recursive: true })
  }
  const old = kept.toSorted((a, b) => b.used - a.used).slice(keptTemplates)
  for (const { path } of old) await rm(path, { recursive: true, force: true })
}
