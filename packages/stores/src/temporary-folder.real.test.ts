import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheFolder, makeCacheFolder } from './cache-folder.ts'
import { openPostgres } from './open-postgres.ts'
import { isRunning } from './process-tree.ts'
import { putAwayAbandoned } from './temporary-folder.ts'

const opener = `
  import { openPostgres } from ${JSON.stringify(import.meta.resolve('./open-postgres.ts'))}
  const server = await openPostgres({ cache: process.argv[1] })
  process.stdout.write(String(server.pid))
  setInterval(() => {}, 1000)
`

test.runIf(process.platform === 'linux')(
  'what a killed process left is put away by the next one: server and folder',
  async () => {
    await makeCacheFolder(cacheFolder())
    const cache = await mkdtemp(join(cacheFolder(), 'test-'))
    try {
      const child = spawn(
        process.execPath,
        ['--input-type=module-typescript', '-e', opener, cache],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      const postmaster = await new Promise<number>((resolve, reject) => {
        child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
        child.once('exit', () => reject(new Error('the child ended before its server was ready')))
      })
      await using ours = await openPostgres({ cache })
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('exit', resolve))
      expect(await isRunning(postmaster)).toBe(true)

      expect(await putAwayAbandoned(cache)).toBe(1)
      expect(await isRunning(postmaster)).toBe(false)
      expect(await readdir(join(cache, 'temporary'))).toHaveLength(1)
      expect(await isRunning(ours.pid)).toBe(true)
    } finally {
      await rm(cache, { recursive: true, force: true })
    }
  },
)
