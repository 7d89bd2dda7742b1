// The settings of logging: those every service has, the queue, and what is its own.

import { cacheSettings, databaseSettings, readSettings, serviceSettings } from '@plimsoll/service'
import { queueSettings } from '@plimsoll/service/queue'
import { Type, type Static } from 'typebox'

const whole = (byDefault: number, [minimum, maximum]: [number, number], description: string) =>
  Type.Integer({ minimum, maximum, default: byDefault, description })

/** Of both: they must agree. */
const newestSettings = {
  ...cacheSettings,
  NEWEST_KEPT: whole(200, [1, 1_000], 'Records kept in Redis; pages up to this size come from it.'),
}

/** Of the service that takes records and gives them back. */
export const apiSettingsSchema = Type.Object({
  ...serviceSettings,
  ...databaseSettings,
  ...queueSettings,
  ...newestSettings,
  INGEST_KEYS: Type.Enum(['off', 'required'], {
    default: 'off',
    description: 'Whether a key of `logging keys` is needed to write and to read.',
  }),
  BODY_LIMIT_BYTES: whole(5_242_880, [1, 104_857_600], 'The largest body, unpacked.'),
  RECORDS_PER_REQUEST: whole(50_000, [1, 1_000_000], 'Most records of one request.'),
  BODY_BYTES_IN_FLIGHT: whole(
    67_108_864,
    [1_048_576, 4_294_967_296],
    'Bodies in memory at one time, packed and unpacked; 503 beyond.',
  ),
  BATCHES_IN_FLIGHT: whole(64, [1, 10_000], 'Requests of many records at one time; 503 beyond.'),
  MESSAGE_LENGTH_MAX: whole(1_048_576, [1, 4_194_304], 'The longest message, in characters.'),
  SEND_DEADLINE_MS: whole(2_500, [1, 60_000], 'How long the queue may take to take a record.'),
  SENDERS: whole(1, [1, 64], 'Chunks that are sent to the queue at one time.'),
  CHUNK_BYTES: whole(524_288, [1_024, 524_288], 'The lines of one chunk, before compression.'),
  PENDING_BYTES: whole(67_108_864, [1_048_576, 4_294_967_296], 'Lines waiting to be taken.'),
})

/** Of the process that moves records from the queue into the database. */
export const workerSettingsSchema = Type.Object({
  ...serviceSettings,
  ...databaseSettings,
  ...queueSettings,
  ...newestSettings,
  POOL_SIZE: whole(2, [1, 100], 'Connections to the database: transactions at one time.'),
  STATEMENT_TIMEOUT_MS: whole(30_000, [1, 3_600_000], 'How long one statement may take.'),
  RECEIVERS: whole(2, [1, 64], 'Long polls at one time.'),
  WAIT_SECONDS: whole(5, [0, 20], 'How long one long poll waits; SIGTERM waits for it.'),
  HIDDEN_SECONDS: whole(
    30,
    [2, 43_200],
    'How long received messages stay hidden from other workers; prolonged while they are held.',
  ),
  BATCH_ROWS: whole(20_000, [1, 1_000_000], 'Rows of one transaction, unless one chunk has more.'),
  BATCH_BYTES: whole(
    33_554_432,
    [1_024, 1_073_741_824],
    'Bytes of one transaction, unless one chunk has more: it must be done in time.',
  ),
  HELD_MESSAGES: whole(200, [10, 100_000], 'Messages received and not yet stored.'),
  HELD_BYTES: whole(
    134_217_728,
    [1_024, 4_294_967_296],
    'Lines received and not yet stored; the receivers may add a last call each.',
  ),
  RECEIVES_MAX: whole(20, [1, 1_000], 'A message received more often is a dead letter.'),
  PARTITION_HOURS: whole(24, [1, 168], 'How much time one partition covers.'),
  PARTITIONS_AHEAD: whole(3, [1, 100], 'Partitions made ahead of their time.'),
  RETENTION_DAYS: whole(30, [1, 36_500], 'How long records are kept.'),
})

export type ApiSettings = Static<typeof apiSettingsSchema>
export type WorkerSettings = Static<typeof workerSettingsSchema>
type Environment = Readonly<Record<string, string | undefined>>

/** Throws `SettingsError` with every fault. */
export function apiSettingsFrom(environment: Environment): ApiSettings {
  return readSettings(apiSettingsSchema, environment)
}

/** Throws `SettingsError` with every fault. */
export function workerSettingsFrom(environment: Environment): WorkerSettings {
  return readSettings(workerSettingsSchema, environment)
}
