import { createLog, Database } from '@plimsoll/service'
import {
  openQueue,
  startTestPostgres,
  until,
  type PostgresHost,
  type StoreServer,
} from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runLogging, type RunningLogging } from '../../test/running-logging.ts'
import { createWorker } from '../create-worker.ts'
import { workerSettingsFrom } from '../settings.ts'
import { keepPartitions } from './keep-partitions.ts'

let host: PostgresHost
let queue: StoreServer

beforeAll(async () => {
  host = await startTestPostgres()
  queue = await openQueue()
})
afterAll(async () => {
  await queue?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
})

const day_ms = 86_400_000
const settings = { PARTITION_HOURS: 24, PARTITIONS_AHEAD: 2, RETENTION_DAYS: 30 }
/** So many days from now, and the day that it lies in. */
const inDays = (days: number) => new Date(Date.now() + days * day_ms).toISOString()
const dayIn = (days: number) => inDays(days).slice(0, 10)
const nameIn = (days: number) => `logs_${dayIn(days).replaceAll('-', '')}00_24h`

function open({ database }: RunningLogging): Database {
  return new Database({
    url: database.url,
    name: 'partitions',
    size: 1,
    connectTimeout: 2_000,
    statementTimeout: 20_000,
    onError: () => undefined,
  })
}

/** Stores records past the front door: message, timestamp, received at. */
async function put(logging: RunningLogging, ...records: [string, string, string][]): Promise<void> {
  for (const record of records) {
    await logging.sql(
      `insert into logs values (gen_random_uuid(), $2, 'info', null, $1, $3)`,
      record,
    )
  }
}

async function places(logging: RunningLogging): Promise<Record<string, string>> {
  const rows = await logging.sql('select message, tableoid::regclass::text as place from logs')
  return Object.fromEntries(rows.map(({ message, place }) => [message, place]))
}

async function partitions(logging: RunningLogging): Promise<string[]> {
  const rows = await logging.sql(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'logs'::regclass`,
  )
  return rows.map(({ name }) => String(name))
}

test('partitions are made ahead, take the rows that came before them, and go when their time is over', async () => {
  await using own = await runLogging({ host, endpoint: queue.url })
  await using database = open(own)
  for (const [name, from, to] of [
    ['logs_over', -40, -31],
    ['logs_not_over', -31, -20],
  ] as const) {
    await own.sql(
      `create table ${name} partition of logs for values from ('${dayIn(from)}') to ('${dayIn(to)}')`,
    )
  }
  await put(
    own,
    ['over', inDays(-35), inDays(0)],
    ['not over', inDays(-25), inDays(0)],
    ['early', inDays(1), inDays(0)],
    ['of long ago', '1970-01-01', inDays(-29)],
    ['received long ago', '1970-01-01', inDays(-31)],
    ['of far ahead', '2100-01-01', inDays(-31)],
  )
  const kept = await keepPartitions(database, settings)
  expect(kept).toMatchObject({ dropped: ['logs_over'], forgotten: 2 })
  expect(kept.made).toHaveLength(4)
  expect(await keepPartitions(database, settings)).toEqual({ made: [], dropped: [], forgotten: 0 })
  expect(await places(own)).toEqual({
    'not over': 'logs_not_over',
    early: nameIn(1),
    'of long ago': 'logs_default',
  })
  const indexes = await own.sql(
    `select count(*) as n from pg_inherits join pg_index on indexrelid = inhrelid
     where indrelid = $1::regclass and indisvalid`,
    [nameIn(1)],
  )
  expect(indexes).toEqual([{ n: '2' }])
})

test('while a partition is made records are stored and read, and to attach it nothing is read', async () => {
  await using own = await runLogging({ host, endpoint: queue.url })
  await using database = open(own)
  const connection = await database.acquire()
  const said: (string | undefined)[] = []
  connection.client.on('notice', ({ message }) => said.push(message))
  await connection.query('set client_min_messages = debug1')
  database.release(connection)
  await put(own, ['before', inDays(-1), inDays(0)], ['of long ago', '1970-01-01', inDays(0)])
  // Whoever has read the default partition waits until the lock is given back.
  await own.sql(`create function pause() returns event_trigger language plpgsql set lock_timeout = 0 as $$ begin
    if current_query() like '%validate constraint%' then perform pg_advisory_xact_lock(42); end if;
  end $$`)
  await own.sql(`create event trigger pause on ddl_command_end when tag in ('ALTER TABLE')
    execute function pause()`)
  await own.sql('select pg_advisory_lock(42)')
  const keeping = keepPartitions(database, settings)
  const waits = async () =>
    (
      await own.sql(
        `select from pg_stat_activity where datname = current_database()
         and application_name = 'partitions' and wait_event_type = 'Lock'`,
      )
    ).length > 0
  expect(await until(waits, { deadline_ms: 5_000 })).toBe(true)
  await using worker = await own.work()
  const { body } = await own.post('/logs', [
    { message: 'now', level: 'info' },
    { message: 'of its day', level: 'info', timestamp: inDays(-1) },
    { message: 'of 1971', level: 'info', timestamp: '1971-01-01' },
  ])
  expect(body.accepted).toBe(3)
  await own.stored(4)
  const page = await own.get('/logs')
  expect(page.body.logs.map((one: { message: string }) => one.message)).toEqual([
    'now',
    'before',
    'of 1971',
    'of long ago',
  ])
  await own.sql('select pg_advisory_unlock(42)')
  expect((await keeping).made).toHaveLength(4)
  await own.stored(5)
  expect(await places(own)).toMatchObject({ before: nameIn(-1), 'of its day': nameIn(-1) })
  expect(worker.worker.figures.text(Date.now())).toMatch(/^logs_postponed_total [1-9]/m)
  expect(worker.worker.figures.text(Date.now())).toMatch(/^logs_buried_total 0$/m)
  const implied = said.filter((text) => /default partition .* is implied by/.test(text ?? ''))
  expect(implied).toHaveLength(4)
})

test('a partition that cannot be made says why, and keeps no row out', async () => {
  await using own = await runLogging({ host, endpoint: queue.url })
  await using database = open(own)
  await own.sql(`create table ${nameIn(0)} ()`)
  for (let turn = 0; turn < 2; turn += 1) {
    await expect(keepPartitions(database, settings)).rejects.toThrow(/already exists/)
  }
  await put(own, ['today', inDays(0), inDays(0)])
  expect(await places(own)).toEqual({ today: 'logs_default' })
})

test('rows that a process which died kept out are let in again', async () => {
  await using own = await runLogging({ host, endpoint: queue.url })
  await using database = open(own)
  await own.sql(`alter table logs_default add constraint outside_logs_1980010100_24h
    check (timestamp < '1980-01-01' or timestamp >= '1980-01-02') not valid`)
  const record: [string, string, string] = ['of 1980', '1980-01-01T12:00:00Z', inDays(0)]
  await expect(put(own, record)).rejects.toThrow(/outside_logs_1980010100_24h/)
  await keepPartitions(database, settings)
  await put(own, record)
  expect(await places(own)).toEqual({ 'of 1980': 'logs_default' })
})

test('a worker whose clock is a year ahead drops nothing', async () => {
  await using own = await runLogging({ host, endpoint: queue.url })
  await using database = open(own)
  await keepPartitions(database, settings)
  await put(own, ['today', inDays(0), inDays(0)], ['of long ago', '1970-01-01', inDays(0)])
  const before = await partitions(own)
  const worker = await createWorker({
    settings: workerSettingsFrom(own.environment),
    log: createLog({ service: 'logging', level: 'silent' }),
    clock: () => Date.now() + 365 * day_ms,
  })
  worker.drain()
  await worker.service.app.close()
  await worker.close()
  expect(await partitions(own)).toEqual(expect.arrayContaining(before))
  expect(await places(own)).toEqual({ today: nameIn(0), 'of long ago': 'logs_default' })
})
