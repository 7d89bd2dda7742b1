// Folders that live as long as a process. The name holds the owner's pid and start time, so what a
// killed process left behind is recognised, and removed, without a list that could be lost as well.

import { randomBytes } from 'node:crypto'
import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { cacheFolder, makeCacheFolder } from './cache-folder.ts'
import { makeOwnFolder } from './cluster.ts'
import type { Account } from './database-user.ts'
import { killTree, startTime } from './process-tree.ts'
import { forgetSegment } from './shared-memory.ts'

/** In a folder: the pid of the one server that runs on it, and when that started. */
export const pidFile = 'server.pid'

/** Makes a folder of this process's own in the cache. */
export async function makeTemporaryFolder({
  cache = cacheFolder(),
  user,
}: {
  cache?: string
  user: Account | null
}): Promise<string> {
  const parent = await makeCacheFolder(cache, 'temporary')
  const owner = `${process.pid}-${(await startTime(process.pid)) ?? 0}`
  const folder = join(parent, `${owner}-${randomBytes(4).toString('hex')}`)
  await makeOwnFolder(folder, user)
  return folder
}

/** Removes the temporary folders of processes that are gone, and ends the servers still in them. Returns how many. */
export async function putAwayAbandoned(cache = cacheFolder()): Promise<number> {
  const parent = join(cache, 'temporary')
  let removed = 0
  for (const name of await readdir(parent).catch(() => [])) {
    const [pid, started] = name.split('-')
    if ((await startTime(Number(pid))) === started) continue
    const folder = join(parent, name)
    await endStoreIn(folder)
    await endServerIn(join(folder, 'data'))
    // Up to five seconds: a copy that its owner had begun goes on writing for a while.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    removed += 1
  }
  return removed
}

/** A queue, a cache, a discovery: pid and start time name one process for good. */
async function endStoreIn(folder: string): Promise<void> {
  const [pid, started] = (await readFile(join(folder, pidFile), 'utf8').catch(() => ''))
    .trim()
    .split(' ')
  if (started !== undefined && (await startTime(Number(pid))) === started)
    await killTree(Number(pid))
}

/** Its working directory or command line proves that the pid in postmaster.pid is still that server. */
async function endServerIn(data: string): Promise<void> {
  const lock = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(lock.split('\n')[0])
  if (!(pid > 1)) return
  if (await isServerOf(pid, data)) await killTree(pid)
  await forgetSegment(lock)
}

async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'linux') {
    return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === data
  }
  const { output } = await runCommand('ps', ['-o', 'command=', '-p', String(pid)])
  return output.includes(data)
}
