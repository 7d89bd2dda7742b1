// One PostgreSQL server of our own: a data folder, a port of 127.0.0.1 and a postmaster.
//
//   stopped → starting → ready → stopped
//                 └── failed     └→ killed → starting → …
//
// Nothing is retried but a lost race for a port. It always runs durably; that is checked after each start.

import { spawn, type ChildProcess } from 'node:child_process'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { PlimsollError } from '@plimsoll/workload'
import { passwordOf, superuser } from './cluster.ts'
import type { Account } from './database-user.ts'
import { environmentError } from './environment-error.ts'
import { freePort } from './free-port.ts'
import { logTail } from './log-tail.ts'
import {
  durabilityQuery,
  postgresConfiguration,
  undurable,
  type PostgresSettings,
} from './postgres-settings.ts'
import { killTree, processTree, signalProcess } from './process-tree.ts'
import { forgetSegment } from './shared-memory.ts'
import { until } from './until.ts'

/** Where a server runs, and as whom. */
export interface ServerPlace {
  readonly program: string
  readonly user: Account | null
  readonly folder: string
  readonly temporary: boolean
  readonly settings: PostgresSettings
  readonly port: number | undefined
  readonly onSpawn: (pid: number) => void
  readonly logFile: string
}

/** A running PostgreSQL server that belongs to this process. */
export class PostgresServer implements AsyncDisposable {
  readonly #place: ServerPlace
  #child: ChildProcess | null = null
  #ended: Promise<void> = Promise.resolve()
  #port = 0
  #password = ''
  #version = ''

  private constructor(place: ServerPlace) {
    this.#place = place
  }

  static async start(place: ServerPlace): Promise<PostgresServer> {
    const server = new PostgresServer(place)
    await server.restart()
    return server
  }

  /** `postgres://…` of the superuser and its database. The port stays the same over a restart. */
  get url(): string {
    return `postgres://${superuser}:${this.#password}@127.0.0.1:${this.#port}/postgres`
  }

  get port(): number {
    return this.#port
  }

  /** Of the postmaster; 0 when it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** As the server says, e.g. `18.4`. */
  get version(): string {
    return this.#version
  }

  /** Stopped, it can be the `from` of another server. */
  get folder(): string {
    return this.#place.folder
  }

  get dataFolder(): string {
    return join(this.#place.folder, 'data')
  }

  /** What it was started with over the usual ones. */
  get settings(): PostgresSettings {
    return this.#place.settings
  }

  /** The postmaster and all its backends; empty when it does not run. */
  async pids(): Promise<number[]> {
    return this.pid === 0 ? [] : processTree(this.pid)
  }

  async logTail(lines = 20): Promise<string> {
    return logTail(this.#place.logFile, lines)
  }

  /** Starts it again, on the same port, after `stop` or `kill`; a running one is stopped first. */
  async restart(): Promise<void> {
    await this.stop()
    this.#password = await passwordOf(this.dataFolder)
    const wanted = this.#place.port ?? (this.#port === 0 ? undefined : this.#port)
    for (let attempt = 1; ; attempt += 1) {
      this.#port = wanted ?? (await freePort())
      try {
        await this.#start()
        break
      } catch (error) {
        await this.#end('SIGQUIT', 5_000)
        const lostRace = error instanceof PlimsollError && error.code === 'port-in-use'
        if (wanted !== undefined || !lostRace || attempt === 3) throw error
      }
    }
  }

  async #start(): Promise<void> {
    const { program, user, settings, onSpawn, logFile } = this.#place
    const configuration = join(this.dataFolder, 'postgresql.conf')
    await writeFile(configuration, postgresConfiguration(settings, this.#port))
    const log = await open(logFile, 'a')
    const child = spawn(program, ['-D', this.dataFolder], {
      cwd: this.dataFolder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { LC_ALL: 'C', TZ: 'UTC' },
      ...user,
    })
    this.#child = child
    if (child.pid !== undefined) onSpawn(child.pid)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ended = promise
    const end = () => {
      this.#child = null
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
    await log.close()
    await until(async () => this.#child === null || (await this.#saysReady()), {
      deadline_ms: 60_000,
      every_ms: 10,
    })
    if (this.#child === null || !(await this.#saysReady())) throw await this.#didNotStart()
    await this.#check()
  }

  /** The eighth line of postmaster.pid; the first tells it from the file of a killed server. */
  async #saysReady(): Promise<boolean> {
    const lines = (await this.#lock()).split('\n')
    return lines[0] === String(this.pid) && lines[7]?.trim() === 'ready'
  }

  #lock(): Promise<string> {
    return readFile(join(this.dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')
  }

  async #didNotStart(): Promise<PlimsollError> {
    const log = await this.logTail()
    const where = `PostgreSQL did not start on 127.0.0.1:${this.#port}`
    return environmentError(where, '', {
      code: 'server-did-not-start',
      hint: 'The last lines of its log are above.',
      log,
    })
  }

  async #check(): Promise<void> {
    const client = new Client({ connectionString: this.url })
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, string>>(durabilityQuery)
      const row = rows[0] ?? {}
      this.#version = row['server_version'] ?? ''
      const off = undurable(row)
      if (off.length === 0) return
      throw environmentError(`PostgreSQL came up without durability (${off.join(', ')})`, '', {
        code: 'not-durable',
        hint: 'Remove what ALTER SYSTEM has set in this cluster.',
      })
    } finally {
      await client.end()
    }
  }

  /** Closes sessions, writes a checkpoint and ends it: its folder may be copied afterwards. */
  async stop(): Promise<void> {
    await this.#end('SIGINT', 60_000)
  }

  /**
   * A crash. SIGKILL takes the postmaster and every backend at once, as a power cut would; another
   * signal goes to the postmaster alone.
   */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (signal !== 'SIGKILL') {
      if (this.pid !== 0) signalProcess(this.pid, signal)
      return
    }
    if (this.pid === 0) return
    const lock = await this.#lock()
    await killTree(this.pid)
    await this.#ended
    await forgetSegment(lock)
  }

  async #end(signal: 'SIGINT' | 'SIGQUIT', deadline_ms: number): Promise<void> {
    if (this.#child === null) return
    signalProcess(this.pid, signal)
    const ended = await Promise.race([
      this.#ended.then(() => true),
      until(() => this.#child === null, { deadline_ms }),
    ])
    if (!ended) await this.kill('SIGKILL')
  }

  /** Ends it; a temporary folder is removed with everything in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    // What is thrown away needs no checkpoint.
    if (this.#place.temporary) await this.#end('SIGQUIT', 10_000)
    else await this.stop()
    if (this.#place.temporary) {
      await rm(this.#place.folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}
