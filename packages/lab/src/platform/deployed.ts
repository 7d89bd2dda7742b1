// One instance of a part, whatever its kind: what a deployment can do with it.

import type { Cgroup } from './cgroup/cgroup.ts'

/** A process, or a database server, of a deployment. */
export interface Deployed {
  readonly kind: 'postgres' | 'replica' | 'queue' | 'cache' | 'discovery' | 'service' | 'balancer'
  readonly part: string
  /** Counted from 0 within its part. */
  readonly instance: number
  readonly url: string
  /** Of its first process; 0 while it does not run. */
  readonly pid: number
  /** Null: never limited (the balancer, a managed queue). */
  readonly limit_cores: number | null
  readonly group: Cgroup | null
  /** Prometheus text, when it offers any. */
  readonly metricsUrl: string | null
  /** Of a replica: how old what it shows is; null: it did not say. */
  readonly readReplayLag?: () => Promise<number | null>
  readonly logFile: string
  /** False: it ended although nobody asked it to. */
  isAsExpected(): boolean
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts it again after it was killed, on the same port, and waits until it is ready. */
  restart(): Promise<void>
  stop(): Promise<void>
}
