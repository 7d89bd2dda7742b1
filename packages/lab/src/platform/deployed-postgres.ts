// A database part and a replica of one: a PostgreSQL server on a copy of the data, its whole tree in one cgroup.

import { openPostgres, openReplica, ReplayLag, type PostgresServer } from '@plimsoll/stores'
import type { Deployed } from './deployed.ts'
import type { DeployedStore, StorePartOptions } from './deployed-store.ts'

interface ServerPartOptions extends StorePartOptions {
  readonly settings: Readonly<Record<string, string>>
}

export interface PostgresPartOptions extends ServerPartOptions {
  /** Folder of a stopped server with the prepared data; without one the database is empty. */
  readonly from: string | undefined
}

export interface ReplicaPartOptions extends ServerPartOptions {
  /** The server that it follows, perhaps through a link. */
  readonly of: Pick<PostgresServer, 'url' | 'dataFolder' | 'settings'>
}

/** A server that runs, by which replicas find it. */
export interface DeployedServer extends DeployedStore {
  readonly server: PostgresServer
}

/** Starts it; also tells its version, e.g. `PostgreSQL 18.4`. */
export async function deployPostgres(options: PostgresPartOptions): Promise<DeployedServer> {
  const { attach: onSpawn, logFile, settings, from, cache } = options
  const data = from === undefined ? {} : { from }
  const server = await openPostgres({ settings, cache, logFile, onSpawn, ...data })
  return deployed('postgres', options, server)
}

/** Starts a replica on a backup of the server that it follows, and streams from it. */
export async function deployReplica(options: ReplicaPartOptions): Promise<DeployedServer> {
  const { attach: onSpawn, logFile, settings, of, cache } = options
  const server = await openReplica({ of, settings, cache, logFile, onSpawn })
  return deployed('replica', options, server)
}

async function deployed(
  kind: 'postgres' | 'replica',
  { part, limit_cores, group, attach, logFile }: StorePartOptions,
  server: PostgresServer,
): Promise<DeployedServer> {
  let isWanted = true
  const lag = kind === 'replica' ? new ReplayLag(server.url) : null
  const deployed: Deployed = {
    kind,
    part,
    instance: 0,
    limit_cores,
    group,
    metricsUrl: null,
    ...(lag === null ? {} : { readReplayLag: () => lag.read_ms() }),
    logFile,
    get url() {
      return server.url
    },
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
      await gather()
      isWanted = true
    },
    async stop() {
      isWanted = false
      lag?.[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
  // The postmaster may have had a child before it was moved.
  const gather = async () => {
    const members = new Set(group?.pids())
    for (const pid of await server.pids()) if (!members.has(pid)) attach(pid)
  }
  await gather()
  return { deployed, software: `PostgreSQL ${server.version}`, server }
}
