// What every database is started with. Durability is not for sale: a run that lost its fsync would measure
// another product, so those settings are refused when asked to be off and checked again after the start.

import { PlimsollError, type Fault } from '@plimsoll/workload'

const durable: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
}

/** Where it listens and writes is decided here and not by a part. */
const owned = ['listen_addresses', 'port', 'unix_socket_directories', 'data_directory', 'hba_file']

const sensible: Readonly<Record<string, string>> = {
  max_connections: '200',
  shared_buffers: '256MB',
  jit: 'off',
  autovacuum: 'on',
  max_wal_size: '2GB',
  // What a replica that is away may hold back.
  max_slot_wal_keep_size: '4GB',
  // In the data folder, so that a killed server leaves nothing in /dev/shm.
  dynamic_shared_memory_type: 'mmap',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
}

export type PostgresSettings = Readonly<Record<string, string>>

/** The text of postgresql.conf. Throws `postgres-settings-invalid` with every fault at once. */
export function postgresConfiguration(settings: PostgresSettings, port: number): string {
  const faults = postgresSettingFaults(settings)
  if (faults.length > 0) {
    throw new PlimsollError({
      code: 'postgres-settings-invalid',
      blame: 'input',
      message: 'The settings of the database cannot be used.',
      hint: 'Leave these settings out; everything else in postgresql.conf may be set.',
      faults,
    })
  }
  const all = {
    ...sensible,
    ...settings,
    ...durable,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
  }
  return Object.entries(all)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('')
}

/** What of these settings a database would refuse: durability that is off, addresses, names and values of no such kind. */
export function postgresSettingFaults(settings: PostgresSettings): Fault[] {
  const faults: Fault[] = []
  for (const [name, value] of Object.entries(settings)) {
    const where = `settings.${name}`
    const wanted = durable[name.toLowerCase()]
    if (!/^[a-z][a-z0-9_.]*$/.test(name)) {
      faults.push({ where, problem: 'expected the name of a PostgreSQL setting in small letters' })
    } else if (wanted !== undefined && value !== wanted) {
      faults.push({ where, problem: `expected ${wanted} (durable), found ${value}` })
    } else if (owned.includes(name)) {
      faults.push({ where, problem: 'expected to be left out: Plimsoll decides where it listens' })
    } else if (/[\n\r\0\\]/.test(value)) {
      faults.push({ where, problem: 'expected a value on one line, without a backslash' })
    }
  }
  return faults
}

/** One SELECT of the durable settings and the version, to be judged by `undurable`. */
export const durabilityQuery = `select ${Object.keys(durable)
  .map((name) => `current_setting('${name}') as ${name}`)
  .join(', ')}, current_setting('server_version') as server_version`

/** The durable settings that are off, e.g. `fsync = off`: none on a server that may be used. */
export function undurable(row: Readonly<Record<string, string>>): string[] {
  return Object.entries(durable)
    .filter(([name, wanted]) => row[name] !== wanted)
    .map(([name]) => `${name} = ${row[name] ?? 'missing'}`)
}
