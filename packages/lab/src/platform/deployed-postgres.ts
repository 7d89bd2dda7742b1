// A database part: a PostgreSQL server on a copy of the prepared data, its whole tree in one cgroup.

import { openPostgres } from '@plimsoll/stores'
import type { Cgroup } from './cgroup/cgroup.ts'
import type { Deployed } from './deployed.ts'

export interface PostgresPartOptions {
  readonly part: string
  readonly limit_cores: number
  readonly group: Cgroup | null
  /** Moves a process into the group. */
  readonly attach: (pid: number) => void
  readonly logFile: string
  readonly settings: Readonly<Record<string, string>>
  /** Folder of a stopped server with the prepared data; without one the database is empty. */
  readonly from: string | undefined
  readonly cache: string
}

/** Starts it; also tells its version, e.g. `18.4`. */
export async function deployPostgres(
  options: PostgresPartOptions,
): Promise<{ deployed: Deployed; version: string }> {
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
  return { deployed, version: server.version }
}
