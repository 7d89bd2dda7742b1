// One process of the system: started, watched, ended. It leads a group of its own, so that Ctrl-C in the
// terminal does not reach it before the lab has decided what to do, and so that it ends with its children.

import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { environmentError, isRunning, logTail, signalProcess, until } from '@plimsoll/stores'
import type { Milliseconds } from '@plimsoll/workload'

export interface InstanceOptions {
  /** For people: `api 0`. */
  readonly name: string
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Standard output and error are appended here. */
  readonly logFile: string
  /** Called with its pid as soon as there is one. */
  readonly onSpawn: (pid: number) => void
}

/** A process that belongs to a deployment. */
export class Instance {
  readonly name: string
  readonly logFile: string
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #hasEnded = false
  #failure: Error | null = null

  /** Starts it. Whether it serves is another question: `untilReady`. */
  constructor({ name, command, cwd, env, logFile, onSpawn }: InstanceOptions) {
    this.name = name
    this.logFile = logFile
    const [program = '', ...args] = command
    const log = openSync(logFile, 'a')
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ended = promise
    const end = () => {
      this.#hasEnded = true
      resolve()
    }
    try {
      this.#child = spawn(program === 'node' ? process.execPath : program, args, {
        cwd,
        env: { ...env },
        detached: true,
        stdio: ['ignore', log, log],
      })
    } finally {
      closeSync(log)
    }
    this.#child.once('exit', end)
    this.#child.once('error', (error) => {
      this.#failure = error
      end()
    })
    if (this.#child.pid !== undefined) onSpawn(this.#child.pid)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Resolves when it has ended, however. */
  get ended(): Promise<void> {
    return this.#ended
  }

  /**
   * Waits until `url` answers 200, or nobody wants it any more. Throws `server-did-not-start` or
   * `port-in-use` with the last lines of its log.
   */
  async untilReady(url: string, deadline: Milliseconds, signal?: AbortSignal): Promise<void> {
    const isOver = () => this.#hasEnded || signal?.aborted === true
    const ready = await until(async () => isOver() || (await answersOk(url)), {
      deadline_ms: deadline,
      every_ms: 25,
    })
    if (ready && !this.#hasEnded) return
    const log = await logTail(this.logFile)
    const how = this.#hasEnded ? 'it ended' : `no 200 from ${new URL(url).pathname}`
    const within = this.#hasEnded ? '' : ` within ${deadline / 1_000} s`
    const why = this.#failure ?? `${how}${within}`
    throw environmentError(`${this.name} did not start`, why, {
      code: 'server-did-not-start',
      hint: 'The last lines of its log are above.',
      log,
    })
  }

  /** To the whole group. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid !== 0) signalProcess(-this.pid, signal)
  }

  /** SIGTERM, time to drain, then SIGKILL for whatever is left of its group. */
  async stop(drain: Milliseconds): Promise<void> {
    if (this.pid === 0) return
    if (!this.#hasEnded) {
      this.signal('SIGTERM')
      await Promise.race([this.#ended, until(() => this.#hasEnded, { deadline_ms: drain })])
    }
    this.signal('SIGKILL')
    await this.#ended
    await until(async () => !(await isRunning(this.pid)), { deadline_ms: 1_000 })
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}
