// A queue, a cache or a discovery: one process on a folder of its own, in a cgroup of its own.

import {
  openCache,
  openDiscovery,
  openQueue,
  type OpenStoreOptions,
  type StoreServer,
} from '@plimsoll/stores'
import type { Cgroup } from './cgroup/cgroup.ts'
import type { Deployed } from './deployed.ts'

export interface StorePartOptions {
  readonly part: string
  /** Null: managed, never limited. */
  readonly limit_cores: number | null
  readonly group: Cgroup | null
  /** Moves a process into the group. */
  readonly attach: (pid: number) => void
  readonly logFile: string
  readonly cache: string
}

/** A store that runs, with its name and version: `fauxqs 2.4.1`. */
export interface DeployedStore {
  readonly deployed: Deployed
  readonly software: string
}

/** Starts the queue; its depth and ages are sampled like the metrics of a service. */
export async function deployQueue(options: StorePartOptions): Promise<DeployedStore> {
  return deployed('queue', options, await openQueue(openOptions(options)))
}

/** Starts Redis. Throws `redis-absent` where there is none. */
export async function deployCache(
  options: StorePartOptions & { readonly memory_megabytes: number },
): Promise<DeployedStore> {
  const { memory_megabytes } = options
  return deployed('cache', options, await openCache({ ...openOptions(options), memory_megabytes }))
}

/** Starts etcd. Throws `etcd-absent` where there is none. */
export async function deployDiscovery(options: StorePartOptions): Promise<DeployedStore> {
  return deployed('discovery', options, await openDiscovery(openOptions(options)))
}

function openOptions({ attach, logFile, cache }: StorePartOptions): OpenStoreOptions {
  return { cache, logFile, onSpawn: attach }
}

function deployed(
  kind: 'queue' | 'cache' | 'discovery',
  { part, limit_cores, group, logFile }: StorePartOptions,
  server: StoreServer,
): DeployedStore {
  let isWanted = true
  const { url, software } = server
  const store: Deployed = {
    kind,
    part,
    instance: 0,
    limit_cores,
    group,
    url,
    metricsUrl: kind === 'queue' ? `${url}/metrics` : null,
    logFile,
    get pid() {
      return server.pid
    },
    isAsExpected: () => !(isWanted && server.pid === 0),
    async kill(signal) {
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') isWanted = false
      await server.kill(signal)
    },
    async restart() {
      await server.restart()
      isWanted = true
    },
    async stop() {
      isWanted = false
      await server[Symbol.asyncDispose]()
    },
  }
  return { deployed: store, software }
}
