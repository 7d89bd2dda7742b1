// One server of our own that is a single process with a folder and a port of 127.0.0.1: queue, cache, discovery.
// PostgreSQL has a tree of processes, a user and settings that are checked, and so a class of its own.
//
//   stopped → starting → ready → stopped
//                 └── failed     └→ killed → starting → …
//
// Nothing is retried but a lost race for a port.

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlimsollError } from '@plimsoll/workload'
import { environmentError } from './environment-error.ts'
import { claimPort, freePort } from './free-port.ts'
import { logTail } from './log-tail.ts'
import { signalProcess, startTime } from './process-tree.ts'
import { pidFile } from './temporary-folder.ts'
import { until } from './until.ts'

/** What is started, and how one sees that it is ready. */
export interface StoreProgram {
  /** For people: `The queue`. */
  readonly name: string
  /** As the record of the environment names it: `fauxqs 2.4.1`. */
  readonly software: string
  readonly scheme: 'http' | 'redis'
  /** Program and arguments, for a port and a data folder. */
  readonly command: (place: { port: number; data: string }) => readonly string[]
  readonly isReady: (port: number) => Promise<boolean>
}

export interface StorePlace {
  readonly folder: string
  readonly temporary: boolean
  readonly port: number | undefined
  readonly onSpawn: (pid: number) => void
  readonly logFile: string
}

const bootDeadline_ms = 30_000
const stopDeadline_ms = 10_000

/** A running queue, cache or discovery that belongs to this process. */
export class StoreServer implements AsyncDisposable {
  readonly #program: StoreProgram
  readonly #place: StorePlace
  #child: ChildProcess | null = null
  #ended: Promise<void> = Promise.resolve()
  #port = 0

  private constructor(program: StoreProgram, place: StorePlace) {
    this.#program = program
    this.#place = place
  }

  static async start(program: StoreProgram, place: StorePlace): Promise<StoreServer> {
    const server = new StoreServer(program, place)
    await server.restart()
    return server
  }

  /** `http://127.0.0.1:PORT` or `redis://…`. The port stays the same over a restart. */
  get url(): string {
    return `${this.#program.scheme}://127.0.0.1:${this.#port}`
  }

  get port(): number {
    return this.#port
  }

  /** 0 when it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** `fauxqs 2.4.1`. */
  get software(): string {
    return this.#program.software
  }

  get folder(): string {
    return this.#place.folder
  }

  /** What it holds, for as long as its folder is kept. */
  get dataFolder(): string {
    return join(this.#place.folder, 'data')
  }

  async logTail(lines = 20): Promise<string> {
    return logTail(this.#place.logFile, lines)
  }

  /** Starts it again, on the same port and data, after `stop` or `kill`; a running one is stopped first. */
  async restart(): Promise<void> {
    await this.stop()
    const wanted = this.#place.port ?? (this.#port === 0 ? undefined : this.#port)
    for (let attempt = 1; ; attempt += 1) {
      this.#port = wanted ?? (await freePort())
      // Asked first: the server that holds it might answer in place of ours.
      if (wanted !== undefined) await claimPort(wanted)
      try {
        await this.#start()
        return
      } catch (error) {
        await this.kill()
        const lostRace = error instanceof PlimsollError && error.code === 'port-in-use'
        if (wanted !== undefined || !lostRace || attempt === 3) throw error
      }
    }
  }

  async #start(): Promise<void> {
    const { folder, logFile, onSpawn } = this.#place
    await mkdir(this.dataFolder, { recursive: true })
    const place = { port: this.#port, data: this.dataFolder }
    const [program = '', ...args] = this.#program.command(place)
    const log = await open(logFile, 'a')
    const child = spawn(program, args, {
      cwd: this.dataFolder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    })
    this.#child = child
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ended = promise
    let failure: Error | null = null
    const end = () => {
      this.#child = null
      resolve()
    }
    child.once('exit', end)
    child.once('error', (error) => {
      failure = error
      end()
    })
    await log.close()
    if (child.pid !== undefined) {
      onSpawn(child.pid)
      await writeFile(join(folder, pidFile), `${child.pid} ${await startTime(child.pid)}\n`)
    }
    const isUp = async () => this.#child === null || (await this.#program.isReady(this.#port))
    const answered = await until(isUp, { deadline_ms: bootDeadline_ms, every_ms: 20 })
    if (answered && this.#child !== null) return
    throw environmentError(
      `${this.#program.name} did not start on 127.0.0.1:${this.#port}`,
      failure ?? '',
      {
        code: 'server-did-not-start',
        hint: 'The last lines of its log are above.',
        log: await this.logTail(),
      },
    )
  }

  /** SIGTERM and time to write, then SIGKILL. */
  async stop(): Promise<void> {
    if (this.#child === null) return
    signalProcess(this.pid, 'SIGTERM')
    const isOver = () => this.#child === null
    if (!(await until(isOver, { deadline_ms: stopDeadline_ms }))) await this.kill()
  }

  /** A crash, or another signal. Resolves when a killed server has ended. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.pid === 0) return
    signalProcess(this.pid, signal)
    if (signal === 'SIGKILL') await this.#ended
  }

  /** Ends it; a temporary folder is removed with everything in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    // What is thrown away needs no patience.
    if (this.#place.temporary) await this.kill()
    else await this.stop()
    if (this.#place.temporary) {
      await rm(this.#place.folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}
