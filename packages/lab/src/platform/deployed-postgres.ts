// A database part: a PostgreSQL server on a copy of the prepared data, its whole tree in one cgroup.

import { openPostgres } from '@plimsoll/stores'
import type { Deployed } from './deployed.ts'
import type { DeployedStore, StorePartOptions } from './deployed-store.ts'

export interface PostgresPartOptions extends StorePartOptions {
  readonly settings: Readonly<Record<string, string>>
  /** Folder of a stopped server with the prepared data; without one the database is empty. */
  readonly from: string | undefined
}

/** Starts it; also tells its version, e.g. `PostgreSQL 18.4`. */
export async function deployPostgres(options: PostgresPartOptions): Promise<DeployedStore> {
  const { part, limit_cores, group, attach, logFile, settings, from, cache } = options
  const server = await openPostgres({
    settings,
    cache,
    logFile,
    onSpawn: attach,
    ...(from === undefined ? {} : { from }),
  })
  let isWanted = true
  const deployed: Deployed = {
    kind: 'postgres',
    part,
    instance: 0,
    limit_cores,
    group,
    metricsUrl: null,
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
      await server[Symbol.asyncDispose]()
    },
  }
  // The postmaster may have had a child before it was moved.
  const gather = async () => {
    const members = new Set(group?.pids())
    for (const pid of await server.pids()) if (!members.has(pid)) attach(pid)
  }
  await gather()
  return { deployed, software: `PostgreSQL ${server.version}` }
}
