// The files of the page. Whoever starts the service first on a machine builds them, in a second or two; what is built
// is known by the sources it was built from, so a changed page is built anew and any other is not.

import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Logger } from '@plimsoll/service'

/** One file of the page. */
export interface PageFile {
  /** From the root of the page: `index.html`, `assets/main-1a2b.js`. */
  readonly name: string
  readonly content: Buffer
  /** The same content by gzip, where that is worth it. */
  readonly gzipped: Buffer | undefined
}

const system = fileURLToPath(new URL('../../', import.meta.url))
const web = join(system, 'web')
const dist = join(web, 'dist')
const builder = fileURLToPath(new URL('./build-page.ts', import.meta.url))
const deadline_ms = 120_000

/** Reads the built page, and builds it before that when it is not there; `into` is where what is built is kept. */
export async function builtPage(log: Logger, into = dist): Promise<PageFile[]> {
  const folder = join(into, await fingerprint())
  const names = await namesIn(folder)
  if (names.length > 0) return await filesOf(folder, names)
  log.info('building the page, which has changed or was never built')
  await buildInto(folder)
  return await filesOf(folder, await namesIn(folder))
}

/** What the page is built from: its sources, and the versions of what builds it. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(system, 'package.json')))
  const entries = await readdir(web, { recursive: true, withFileTypes: true })
  const sources = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(`${dist}/`) && !path.includes('.test.'))
  for (const path of sources.toSorted()) {
    hash.update(`\0${path.slice(web.length)}\0`).update(await readFile(path))
  }
  return hash.digest('hex').slice(0, 16)
}

/** Several instances may build at once: each does so beside, and the first to be done puts it in its place. */
async function buildInto(folder: string): Promise<void> {
  const kept = dirname(folder)
  const temporary = `${folder}.${randomUUID()}`
  await mkdir(kept, { recursive: true })
  try {
    await runBuilder(temporary)
    const older = (await readdir(kept)).filter((name) => !name.includes('.'))
    await rename(temporary, folder).catch(async (error: unknown) => {
      if ((await namesIn(folder)).length === 0) throw error
    })
    for (const name of older) {
      if (join(kept, name) !== folder) await rm(join(kept, name), { recursive: true, force: true })
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function runBuilder(folder: string): Promise<void> {
  // Otherwise, whoever starts it within a test would serve what React is for those who work on it.
  const env = { ...process.env, NODE_ENV: 'production' }
  try {
    await promisify(execFile)(process.execPath, [builder, folder], { timeout: deadline_ms, env })
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error).trim()
    throw new Error(
      `The page was not built, in ${web}. What builds it said:\n${said}\n` +
        'Install the development packages with "npm ci" and start again; or bring web/dist along from where it was built.',
      { cause: error },
    )
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function filesOf(folder: string, names: readonly string[]): Promise<PageFile[]> {
  const read = async (name: string) => await readFile(join(folder, name))
  const files = names
    .filter((name) => !name.endsWith('.gz'))
    .map(async (name) => ({
      name,
      content: await read(name),
      gzipped: names.includes(`${name}.gz`) ? await read(`${name}.gz`) : undefined,
    }))
  return await Promise.all(files)
}
