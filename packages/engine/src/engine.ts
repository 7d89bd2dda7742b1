// Starts the engine in a process of its own and speaks with it. The engine makes a workload happen; what
// to play next is the caller's decision, so that a search can follow what it finds.

import { fork, type ChildProcess } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SampleBatch } from '@plimsoll/record'
import { PlimsollError } from '@plimsoll/workload'
import { monotonic } from './load-clock.ts'
import { fromSent } from './sent-error.ts'
import type {
  Ask,
  Drained,
  EngineStart,
  PlayedStretch,
  Said,
  Steer,
  StretchRequest,
} from './messages.ts'

export interface EngineOptions extends Omit<EngineStart, 'targets'> {
  /** Those of a deployment that is still being raised may come later: the workload is imported meanwhile. */
  readonly targets: readonly string[] | Promise<readonly string[]>
  readonly onBatch: (batch: SampleBatch) => void
  /** When the load began; engines that play parts of one load share it. */
  readonly beginning?: LoadBeginning
  /** The engine died or cannot write: the run is spoilt. */
  readonly onTrouble: (error: Error) => void
  /** One that was forked before, and has not been started. Default: a new one. */
  readonly process?: EngineProcess
}

export type EngineProcess = ProcessLine

/** Forks the process: it loads what every engine needs while its workload is still being looked for. Disposing ends it. */
export function forkEngine(): EngineProcess {
  return new ProcessLine()
}

/** When the load began, on the machine's monotonic clock, ms; undefined before the first stretch. */
export interface LoadBeginning {
  at: number | undefined
}

/** An engine that runs. Disposing ends it at once. */
export interface Engine extends AsyncDisposable {
  /** Its process. */
  readonly pid: number
  /** Seconds since the load began, that is since the first `play`; 0 before. */
  second(): number
  /** Makes what the workload's setups make. Rejects with `setup-failed`, `setup-threw`, or when `signal` is aborted. */
  setUp(signal: AbortSignal): Promise<void>
  /** What the setups made, for an engine that plays another part of the same load. */
  given(): Promise<readonly unknown[]>
  give(given: readonly unknown[]): Promise<void>
  /**
   * Plays one stretch; resolves when all its arrivals were due. Its sessions go on living. Rejects with
   * `persona-always-throws`.
   */
  play(stretch: StretchRequest): Promise<PlayedStretch>
  /** Ends the stretch being played at once. */
  stop(): Promise<void>
  /** Steers this stretch and those to come. */
  steer(steer: Steer): Promise<void>
  /** Actions sent and not ended. */
  underWay(): Promise<number>
  /** Waits until no session lives, at most so long. All batches have arrived when it resolves. */
  drain(options: { within_ms: number }): Promise<Drained>
  /**
   * Gives sessions 10 s unless told otherwise; what is open then is unknown. Ends the process. Rejects with
   * `persona-always-throws` when a persona never did anything else.
   */
  close(options?: { within_ms: number }): Promise<Drained>
}

const startWithin_ms = 30_000
const closeWithin_ms = 10_000
/** The load begins this much after the first `play`, so that the ask has arrived by then. */
export const lead_ms = 10
/** Batches come five times a second; an engine that is silent for so many seconds is hung. */
const silentAtMost_s = 10
/** For the last batch and the end of the process. */
const endWithin_ms = 5_000

/**
 * Starts the process and imports the workload there. Rejects with `workload-not-found`,
 * `workload-not-loaded`, `target-unusable`, `ledger-not-writable`, or `engine-died`.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { onBatch, onTrouble, source, targets, seed, ledgerFile, pauses, shard } = options
  const line = options.process ?? new ProcessLine()
  line.tell({ onBatch, onTrouble })
  const limit = { within_ms: startWithin_ms }
  try {
    const [aims] = await Promise.all([targets, line.ask({ ask: 'load', source }, limit)])
    const start: EngineStart = {
      source,
      targets: [...aims],
      seed,
      ...(ledgerFile === undefined ? {} : { ledgerFile }),
      ...(pauses === undefined ? {} : { pauses }),
      ...(shard === undefined ? {} : { shard }),
    }
    await line.ask({ ask: 'start', start }, limit)
  } catch (error) {
    await line.end()
    throw error
  }
  const beginning: LoadBeginning = options.beginning ?? { at: undefined }
  return {
    pid: line.pid,
    second: () => secondOf(beginning),
    given: () => line.ask({ ask: 'tellGiven' }) as Promise<readonly unknown[]>,
    give: (given) => line.ask({ ask: 'give', given }) as Promise<void>,
    setUp: (signal) => unlessAborted(line.ask({ ask: 'setUp' }) as Promise<void>, signal),
    play(stretch) {
      line.watch()
      beginning.at ??= monotonic() + lead_ms - stretch.second * 1_000
      return line.ask({ ask: 'play', stretch, began_at: beginning.at }) as Promise<PlayedStretch>
    },
    stop: () => line.ask({ ask: 'stop' }) as Promise<void>,
    steer: (steer) => line.ask({ ask: 'steer', steer }) as Promise<void>,
    underWay: () => line.ask({ ask: 'underWay' }) as Promise<number>,
    drain: ({ within_ms }) => line.ask({ ask: 'drain', within_ms }) as Promise<Drained>,
    async close({ within_ms } = { within_ms: closeWithin_ms }) {
      const limit = { within_ms: within_ms + endWithin_ms }
      try {
        return (await line.ask({ ask: 'close', within_ms }, limit)) as Drained
      } finally {
        await line.end()
      }
    },
    [Symbol.asyncDispose]: () => line.end(),
  }
}

/** Seconds since the load began; 0 before. */
export function secondOf({ at }: LoadBeginning): number {
  return at === undefined ? 0 : Math.max(0, (monotonic() - at) / 1_000)
}

async function unlessAborted<Value>(asked: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([asked, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The child process and the questions that it has not answered. */
class ProcessLine implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #gone: Promise<void>
  #on: Pick<EngineOptions, 'onBatch' | 'onTrouble'> | undefined
  #lastId = 0
  #isEnding = false
  #silent_s = 0
  #watch: NodeJS.Timeout | undefined

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./engine-process.ts', import.meta.url)), [], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, ...compileCache() },
      // What a persona prints must not mix with our own output.
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    this.#child.on('message', (said: Said) => this.#hear(said))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gone = promise
    this.#child.once('error', (error) => {
      this.#died(error.message)
      resolve()
    })
    this.#child.once('exit', (code, signal) => {
      this.#died(signal === null ? `exit ${code}` : signal)
      resolve()
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Who is told of its batches and troubles. */
  tell(on: Pick<EngineOptions, 'onBatch' | 'onTrouble'>): void {
    this.#on = on
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end()
  }

  /** Rejects with the child's error, or `engine-died` when it ends or is too slow. */
  async ask(ask: Ask, { within_ms }: { within_ms?: number } = {}): Promise<unknown> {
    if (!this.#child.connected) throw engineDied('it has ended')
    const id = (this.#lastId += 1)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#waiting.set(id, { resolve, reject })
    const tooLate = () => reject(engineDied(`no answer to ${ask.ask} within ${within_ms} ms`))
    const timer = within_ms === undefined ? undefined : setTimeout(tooLate, within_ms)
    this.#child.send({ id, ask }, (error) => error !== null && reject(engineDied(error.message)))
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  /**
   * From now on silence means that the engine hangs, as in a persona that never yields. Silence is counted
   * in ticks of our own, so that it is not blamed for a pause of this process.
   */
  watch(): void {
    this.#watch ??= setInterval(() => {
      this.#silent_s += 1
      if (this.#silent_s < silentAtMost_s) return
      this.#died(`silent for ${silentAtMost_s} s; does a persona compute without end?`)
      this.#child.kill('SIGKILL')
    }, 1_000)
  }

  /** Ends the process, kindly by its channel, then by force. */
  async end(): Promise<void> {
    this.#isEnding = true
    clearInterval(this.#watch)
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      if (this.#child.connected) this.#child.disconnect()
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1_000)
      await this.#gone
      clearTimeout(timer)
    }
    for (const waiting of this.#waiting.values()) waiting.reject(engineDied('it was ended'))
  }

  #hear(said: Said): void {
    this.#silent_s = 0
    if (said.said === 'batch') return this.#on?.onBatch(said.batch)
    if (said.said === 'trouble') return this.#on?.onTrouble(fromSent(said.error))
    const waiting = this.#waiting.get(said.id)
    if (said.said === 'reply') waiting?.resolve(said.value)
    else waiting?.reject(fromSent(said.error))
  }

  #died(how: string): void {
    if (this.#isEnding) return
    this.#isEnding = true
    clearInterval(this.#watch)
    const error = engineDied(how)
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#on?.onTrouble(error)
  }
}

/** The cache of compiled modules that this process uses, if it does. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}

function engineDied(how: string): PlimsollError {
  return new PlimsollError({
    code: 'engine-died',
    blame: 'environment',
    message: `The load generator's process ended or stopped answering: ${how}.`,
    hint: 'Its last words are above. Out of memory? Look at `maxSessions` and at the size of the answers.',
  })
}
