// Brings up a streaming replica of a server that runs here: a physical backup taken while it runs, then WAL
// over loopback. The binaries of npm have no pg_basebackup, so it is done with the functions beneath it:
//
//   pg_backup_start → copy the data folder → pg_backup_stop → backup_label, standby.signal, primary_conninfo
//
// What the replica has not fetched yet is kept for it by a slot, up to `max_slot_wal_keep_size`.

import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { PlimsollError } from '@plimsoll/workload'
import { postgresBinaries } from './binaries.ts'
import { cacheFolder } from './cache-folder.ts'
import { makeOwnFolder } from './cluster.ts'
import { runCommand } from './command.ts'
import { flushFolder } from './copy-folder.ts'
import { databaseUser, type Account } from './database-user.ts'
import { environmentError } from './environment-error.ts'
import type { OpenPostgresOptions } from './open-postgres.ts'
import { PostgresServer } from './postgres-server.ts'
import { postgresConfiguration } from './postgres-settings.ts'
import { makeTemporaryFolder, putAwayAbandoned } from './temporary-folder.ts'

export interface OpenReplicaOptions extends Pick<
  OpenPostgresOptions,
  'settings' | 'port' | 'logFile' | 'onSpawn' | 'cache'
> {
  /** The server that it follows; it must run. Its `url` may lead through a link that can be cut. */
  readonly of: Pick<PostgresServer, 'url' | 'dataFolder' | 'settings'>
}

/** Made anew in every copy, or of no use to it (PostgreSQL: "Making a Base Backup Using the Low Level API"). */
const leftOut = [
  'postmaster.pid',
  'postmaster.opts',
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]

/** A replica may not have fewer of these than the server that it follows. */
const atLeastAsMany = ['max_connections', 'max_worker_processes', 'max_wal_senders']

/**
 * Starts a replica in a temporary folder and resolves when it answers. Held back by its setting
 * `recovery_min_apply_delay`, or by `pg_wal_replay_pause()`. Throws what `openPostgres` throws, `replica-failed`.
 */
export async function openReplica(options: OpenReplicaOptions): Promise<PostgresServer> {
  const { of, cache = cacheFolder(), port, onSpawn = () => {} } = options
  const same = Object.entries(of.settings).filter(([name]) => atLeastAsMany.includes(name))
  // A long read is not ended because the server has cleaned up the rows that it reads; what it no longer reads may go soon.
  const asked = {
    hot_standby_feedback: 'on',
    wal_receiver_status_interval: '1s',
    ...Object.fromEntries(same),
    ...options.settings,
  }
  postgresConfiguration(asked, 0)
  const [user, binaries] = await Promise.all([databaseUser(), postgresBinaries(cache)])
  await putAwayAbandoned(cache)
  const folder = await makeTemporaryFolder({ cache, user })
  const slot = `replica_${randomBytes(4).toString('hex')}`
  try {
    await backUp({ of, folder, user, slot })
    const settings = { ...asked, ...following(of.url, slot) }
    const logFile = options.logFile ?? join(folder, 'postgres.log')
    const place = { program: binaries.postgres, user, folder, temporary: true, port }
    return await PostgresServer.start({ ...place, settings, onSpawn, logFile })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if (error instanceof PlimsollError) throw error
    throw environmentError('A replica of PostgreSQL could not be made', error, {
      code: 'replica-failed',
      hint: 'The server that it follows must run, with wal_level replica.',
    })
  }
}

function following(url: string, slot: string): Record<string, string> {
  const { hostname, port, username, password } = new URL(url)
  const at = `host=${hostname} port=${port} user=${username} password=${password}`
  return {
    primary_conninfo: `${at} application_name=${slot}`,
    primary_slot_name: slot,
    // Where its server was away, it is back within a second.
    wal_retrieve_retry_interval: '500ms',
  }
}

async function backUp({
  of,
  folder,
  user,
  slot,
}: {
  readonly of: OpenReplicaOptions['of']
  readonly folder: string
  readonly user: Account | null
  readonly slot: string
}): Promise<void> {
  const data = join(folder, 'data')
  // A backup begins and ends in one session.
  const client = new Client({ connectionString: of.url })
  await client.connect()
  try {
    await client.query('select pg_create_physical_replication_slot($1, true)', [slot])
    await client.query('select pg_backup_start($1, true)', [slot])
    await copyLive(of.dataFolder, { data, user })
    const { rows } = await client.query<{ labelfile: string; spcmapfile: string }>(
      'select labelfile, spcmapfile from pg_backup_stop(false)',
    )
    await writeOwn(join(data, 'backup_label'), rows[0]?.labelfile ?? '', user)
    await writeOwn(join(data, 'standby.signal'), '', user)
  } finally {
    await client.end()
  }
  // Otherwise the kernel writes the copy out later, between flushes that may be measured.
  await flushFolder(folder)
}

/** A file that goes away while it is copied is no fault: the log tells the copy about it. */
async function copyLive(
  from: string,
  { data, user }: { data: string; user: Account | null },
): Promise<void> {
  await makeOwnFolder(data, user)
  const names = (await readdir(from)).filter((name) => !leftOut.includes(name))
  const flags = process.platform === 'darwin' ? ['-cRp'] : ['-a', '--reflink=auto']
  const sources = names.map((name) => join(from, name))
  const { code, output } = await runCommand('cp', [...flags, ...sources, data])
  const complaints = output.split('\n').filter((line) => line !== '' && !isVanished(line))
  if (code === null || complaints.length > 0) {
    throw environmentError(`Copying ${from} for a replica failed`, complaints.join('\n'), {
      code: 'copy-failed',
    })
  }
  for (const name of leftOut.filter((each) => each.startsWith('pg_'))) {
    await mkdir(join(data, name), { mode: 0o700 })
    if (user !== null) await chown(join(data, name), user.uid, user.gid)
  }
}

function isVanished(line: string): boolean {
  return line.endsWith('No such file or directory')
}

async function writeOwn(path: string, text: string, user: Account | null): Promise<void> {
  await writeFile(path, text, { mode: 0o600 })
  if (user !== null) await chown(path, user.uid, user.gid)
}
