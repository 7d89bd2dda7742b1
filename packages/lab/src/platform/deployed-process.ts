// Services and the balancer: commands that listen on a port and say over HTTP when they are ready.

import { PlimsollError, seconds, type Milliseconds } from '@plimsoll/workload'
import { claimPort, freePort } from '@plimsoll/stores'
import type { Cgroup } from './cgroup/cgroup.ts'
import type { Deployed } from './deployed.ts'
import { Instance } from './instance.ts'
import type { Journal } from './journal.ts'

export interface ProcessOptions {
  readonly kind: 'service' | 'balancer'
  readonly part: string
  readonly instance: number
  readonly limit_cores: number | null
  readonly group: Cgroup | null
  /** Moves a process into the group. */
  readonly attach: (pid: number) => void
  readonly journal: Journal
  /** Aborted: the start is not waited for, and the process is ended. */
  readonly signal?: AbortSignal | undefined
  readonly logFile: string
  readonly cwd: string
  readonly ready: string
  readonly metrics: string | null
  readonly drain: Milliseconds
  /** Wanted port; a taken one is replaced by a free one, unless it `isFixed`. */
  readonly port: number
  readonly isFixed: boolean
  readonly launch: (port: number) => Promise<Launch>
}

export interface Launch {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const bootDeadline = seconds(30)
const portAttempts = 3

/** Starts it and waits until it is ready. Throws `server-did-not-start`, `port-in-use`. */
export async function deployProcess(options: ProcessOptions): Promise<Deployed> {
  let { port } = options
  // Asked first: the server that holds it might answer in place of ours, or share it (SO_REUSEPORT).
  if (options.isFixed) await claimPort(port)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return deployed(options, port, await start(options, port))
    } catch (error) {
      const lostRace = error instanceof PlimsollError && error.code === 'port-in-use'
      if (!lostRace || options.isFixed || attempt === portAttempts) throw error
      port = await freePort()
    }
  }
}

async function start(options: ProcessOptions, port: number): Promise<Instance> {
  const { kind, part, instance, attach, journal, signal, logFile, cwd, ready } = options
  const { command, env } = await options.launch(port)
  const name = kind === 'balancer' ? part : `${part} ${instance}`
  const started = new Instance({ name, command, cwd, env, logFile, onSpawn: attach })
  try {
    if (started.pid !== 0) await journal.process(started.pid)
    await started.untilReady(`http://127.0.0.1:${port}${ready}`, bootDeadline, signal)
    signal?.throwIfAborted()
    return started
  } catch (error) {
    await started.stop(seconds(0))
    throw error
  }
}

function deployed(options: ProcessOptions, port: number, first: Instance): Deployed {
  const { kind, part, instance, limit_cores, group, logFile, metrics, drain } = options
  const url = `http://127.0.0.1:${port}`
  let running = first
  let isWanted = true
  return {
    kind,
    part,
    instance,
    limit_cores,
    group,
    logFile,
    url,
    metricsUrl: metrics === null ? null : `${url}${metrics}`,
    get pid() {
      return running.hasEnded ? 0 : running.pid
    },
    isAsExpected: () => !(isWanted && running.hasEnded),
    async kill(signal) {
      if (signal === 'SIGKILL' || signal === 'SIGTERM') isWanted = false
      running.signal(signal)
      if (signal === 'SIGKILL') await running.ended
    },
    async restart() {
      await running.stop(drain)
      running = await start(options, port)
      isWanted = true
    },
    async stop() {
      isWanted = false
      await running.stop(drain)
    },
  }
}
