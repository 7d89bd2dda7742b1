// Brings up the queue, the cache and the discovery: each a process of its own on a port of 127.0.0.1.

import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { mkdir, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PlimsollError } from '@plimsoll/workload'
import { cacheFolder } from './cache-folder.ts'
import { environmentError } from './environment-error.ts'
import { StoreServer, type StoreProgram } from './store-server.ts'
import { makeTemporaryFolder, putAwayAbandoned } from './temporary-folder.ts'

export interface OpenStoreOptions {
  /** Kept after it is closed; `data` lies below it. Default: a temporary folder, removed at the end. */
  readonly folder?: string
  /** Default: a free one. */
  readonly port?: number
  /** Its log is appended here. Default: `store.log` in its folder. */
  readonly logFile?: string
  /** Called with its pid as soon as there is one, at every start. */
  readonly onSpawn?: (pid: number) => void
  readonly cache?: string
}

/**
 * Starts an SQS-compatible queue (fauxqs) that keeps everything in its folder: what it has taken survives a
 * `kill -9`. Throws `queue-absent`, `server-did-not-start`, `port-in-use`, `disk-full`, `no-permission`.
 */
export async function openQueue(options: OpenStoreOptions = {}): Promise<StoreServer> {
  return openStore(queueProgram(), options)
}

export interface OpenCacheOptions extends OpenStoreOptions {
  /** Beyond it the keys used least recently go. Default 64 MB. */
  readonly memory_megabytes?: number
}

/**
 * Starts a Redis that keeps nothing: after a kill it comes back empty, as a cache may. Throws `redis-absent`
 * where there is no `redis-server`, and what `openQueue` throws.
 */
export async function openCache(options: OpenCacheOptions = {}): Promise<StoreServer> {
  const version = redisVersion()
  if (version === null) {
    throw new PlimsollError({
      code: 'redis-absent',
      blame: 'environment',
      message: 'Expected redis-server on the path, found none.',
      hint: 'Install Redis (apt-get install redis-server, brew install redis), or leave the cache out.',
    })
  }
  return openStore(redisProgram(version, options.memory_megabytes ?? 64), options)
}

/**
 * Starts an etcd of one member that keeps everything in its folder: after a kill it comes back with what it knew.
 * Throws `etcd-absent` where there is none, and what `openQueue` throws.
 */
export async function openDiscovery(options: OpenStoreOptions = {}): Promise<StoreServer> {
  const version = etcdVersion()
  if (version === null) {
    throw new PlimsollError({
      code: 'etcd-absent',
      blame: 'environment',
      message: 'Expected etcd on the path, found none.',
      hint: 'Install etcd (apt-get install etcd-server, brew install etcd), or leave the discovery out.',
    })
  }
  return openStore(etcdProgram(version), options)
}

/** The version of the Redis on the path, e.g. `7.0.15`; null when there is none. */
export function redisVersion(path?: string): string | null {
  return versionOf('redis-server', { path, pattern: /v=(\d+\.\d+\.\d+)/ })
}

/** The version of the etcd on the path, e.g. `3.4.23`; null when there is none. */
export function etcdVersion(path?: string): string | null {
  return versionOf('etcd', { path, pattern: /etcd Version: (\d+\.\d+\.\d+)/ })
}

function versionOf(
  program: string,
  { path = process.env['PATH'] ?? '', pattern }: { path: string | undefined; pattern: RegExp },
): string | null {
  const { stdout } = spawnSync(program, ['--version'], {
    env: { PATH: path },
    encoding: 'utf8',
    timeout: 5_000,
  })
  return pattern.exec(stdout ?? '')?.[1] ?? null
}

async function openStore(program: StoreProgram, options: OpenStoreOptions): Promise<StoreServer> {
  const { cache = cacheFolder(), port, onSpawn = () => {} } = options
  await putAwayAbandoned(cache)
  const temporary = options.folder === undefined
  const folder = options.folder ?? (await makeTemporaryFolder({ cache, user: null }))
  const logFile = options.logFile ?? join(folder, 'store.log')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await StoreServer.start(program, { folder, temporary, port, onSpawn, logFile })
  } catch (error) {
    if (temporary) await rm(folder, { recursive: true, force: true })
    if (error instanceof PlimsollError) throw error
    throw environmentError(`${program.name} could not be started in ${folder}`, error)
  }
}

function queueProgram(): StoreProgram {
  const main = fileURLToPath(new URL('./queue-main.ts', import.meta.url))
  return {
    name: 'The queue',
    software: `fauxqs ${fauxqsVersion()}`,
    scheme: 'http',
    command: ({ port, data }) => [process.execPath, main, String(port), data],
    isReady: isHealthy,
  }
}

function fauxqsVersion(): string {
  try {
    const entry = fileURLToPath(import.meta.resolve('fauxqs'))
    const description = readFileSync(join(dirname(dirname(entry)), 'package.json'), 'utf8')
    return (JSON.parse(description) as { version: string }).version
  } catch (cause) {
    throw new PlimsollError({
      code: 'queue-absent',
      blame: 'environment',
      message: 'There is no embedded queue (fauxqs) in node_modules.',
      hint: 'Install with `npm ci`.',
      cause,
    })
  }
}

function redisProgram(version: string, memory_megabytes: number): StoreProgram {
  return {
    name: 'Redis',
    software: `Redis ${version}`,
    scheme: 'redis',
    command: ({ port, data }) =>
      [
        ['redis-server', '--port', port, '--bind', '127.0.0.1', '--dir', data, '--daemonize', 'no'],
        // A cache and never a record: nothing is written to disk.
        ['--save', '', '--appendonly', 'no', '--maxmemory', `${memory_megabytes}mb`],
        ['--maxmemory-policy', 'allkeys-lru'],
      ].flatMap((words) => words.map(String)),
    isReady: (port) => answersPing(port),
  }
}

function etcdProgram(version: string): StoreProgram {
  // It has no peers: any free port will do, and nobody need know it.
  const peers = 'http://127.0.0.1:0'
  return {
    name: 'etcd',
    software: `etcd ${version}`,
    scheme: 'http',
    command: ({ port, data }) => {
      const own = `http://127.0.0.1:${port}`
      return [
        ['etcd', '--name', 'only', '--data-dir', data, '--logger', 'zap', '--log-level', 'warn'],
        ['--listen-client-urls', own, '--advertise-client-urls', own],
        ['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers],
        ['--initial-cluster', `only=${peers}`],
        // Elected by itself, it need not wait for the voices of others.
        ['--heartbeat-interval', '20', '--election-timeout', '200'],
      ].flat()
    },
    isReady: isHealthy,
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(1_000)
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}

/** `PING` over a connection of its own: +PONG once it has loaded. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const end = (ready: boolean) => {
      socket.destroy()
      resolve(ready)
    }
    socket.setTimeout(1_000, () => end(false))
    socket.once('error', () => end(false))
    socket.once('data', (chunk) => end(chunk.toString().startsWith('+PONG')))
    socket.write('PING\r\n')
  })
}
