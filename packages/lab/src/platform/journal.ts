// What must be put away when the lab cannot do it itself. Processes and cgroups are written down as they
// are made; a watchdog process holds the other end of a pipe and, when the lab dies by whatever
// means, reads the journal and clears up. What even that missed, the next start finds.

import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  cacheFolder,
  isRunning,
  makeCacheFolder,
  putAwayAbandoned,
  signalProcess,
  startTime,
  until,
} from '@plimsoll/stores'
import { giveBack } from './cgroup/cgroup-v2.ts'
import { removeCgroup } from './cgroup/remove-cgroup.ts'

type Entry =
  | { readonly entry: 'process'; readonly pid: number; readonly started: string | null }
  | { readonly entry: 'cgroup'; readonly folder: string }
  | { readonly entry: 'borrowed'; readonly leaf: string }

/** How long a process may take to end by itself when the lab is gone. */
const grace_ms = 1_500

/** The journal of one deployment, with its watchdog. Disposed of when everything has been put away. */
export class Journal implements AsyncDisposable {
  readonly #file: string
  readonly #watchdog: ChildProcess

  private constructor(file: string, watchdog: ChildProcess) {
    this.#file = file
    this.#watchdog = watchdog
  }

  static async open(cache = cacheFolder()): Promise<Journal> {
    const folder = await makeCacheFolder(cache, 'journals')
    const owner = `${process.pid}-${(await startTime(process.pid)) ?? 0}`
    const file = join(folder, `${owner}-${randomBytes(4).toString('hex')}`)
    const program = fileURLToPath(new URL('./watchdog-main.ts', import.meta.url))
    const watchdog = spawn(process.execPath, [program, file, cache], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    // Neither the watchdog nor its pipe keeps the lab alive.
    watchdog.unref()
    ;(watchdog.stdin as unknown as { unref(): void }).unref()
    watchdog.on('error', () => {})
    watchdog.stdin?.on('error', () => {})
    // Not before there is somebody who puts it away: a lab may be killed between the two.
    appendFileSync(file, '', { mode: 0o600 })
    return new Journal(file, watchdog)
  }

  /** A process that leads its own group. */
  async process(pid: number): Promise<void> {
    this.#write({ entry: 'process', pid, started: await startTime(pid) })
  }

  /** A parent group: all groups below it go with it. */
  cgroup(folder: string): void {
    this.#write({ entry: 'cgroup', folder })
  }

  /** A leaf with processes of others. */
  borrowed(leaf: string): void {
    this.#write({ entry: 'borrowed', leaf })
  }

  #write(entry: Entry): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#file, { force: true })
    const { stdin } = this.#watchdog
    stdin?.destroy()
    const hasEnded = () => this.#watchdog.exitCode !== null || this.#watchdog.signalCode !== null
    await until(hasEnded, { deadline_ms: 2_000 })
  }
}

/** Puts away everything that a journal names, and then the journal. */
export async function putAwayJournal(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const entries = text.split('\n').flatMap(entryIn)
  const processes = entries.filter((entry) => entry.entry === 'process')
  await Promise.all(processes.map((entry) => endGroup(entry)))
  for (const entry of entries.toReversed()) {
    if (entry.entry === 'cgroup') await removeCgroup(entry.folder)
    if (entry.entry === 'borrowed') {
      try {
        giveBack(entry.leaf)
      } catch {
        // Already given back, or others have moved in: a leaf in the way harms nobody.
      }
    }
  }
  await rm(file, { force: true })
}

/** None when the line was cut short, by the crash or by a full disk: the others still count. */
function entryIn(line: string): Entry[] {
  try {
    return [JSON.parse(line) as Entry]
  } catch {
    return []
  }
}

/** True when the lab that wrote a journal has ended; the file's name tells which it was. */
export async function hasLostItsOwner(file: string): Promise<boolean> {
  const [pid, started] = basename(file).split('-')
  return (await startTime(Number(pid))) !== started
}

/** Clears up after labs that were killed: journals and temporary databases of dead processes. Returns how many. */
export async function putAwayLeftovers(cache = cacheFolder()): Promise<number> {
  // Databases first: killed with their group they would leave shared memory behind.
  let found = await putAwayAbandoned(cache)
  const folder = join(cache, 'journals')
  for (const name of await readdir(folder).catch(() => [])) {
    if (!(await hasLostItsOwner(name))) continue
    await putAwayJournal(join(folder, name))
    found += 1
  }
  return found
}

async function endGroup({ pid, started }: { pid: number; started: string | null }): Promise<void> {
  if (started === null || (await startTime(pid)) !== started) return
  signalProcess(-pid, 'SIGTERM')
  await until(async () => !(await isRunning(pid)), { deadline_ms: grace_ms })
  signalProcess(-pid, 'SIGKILL')
}
