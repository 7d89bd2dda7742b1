// The settings of messaging: those every service has, and those of the store and of the edge.

import {
  databaseSettings,
  readSettings,
  serviceSettings,
  type SettingFault,
} from '@plimsoll/service'
import { Type, type Static, type TObject } from 'typebox'

/** Where stores and edges find each other, if not by a list. */
const discoverySettings = {
  ETCD_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/,@]+(\\s*,\\s*https?://[^\\s/,@]+)*$',
      description: 'The members of etcd 3.4 or later: http://127.0.0.1:2379,http://127.0.0.1:2479.',
    }),
  ),
  ETCD_PREFIX: Type.String({
    pattern: '^/.*/$',
    default: '/messaging/stores/',
    description: 'Where the stores stand in etcd: one prefix for each database.',
  }),
  ETCD_TIMEOUT_MS: Type.Integer({
    minimum: 1,
    maximum: 60_000,
    default: 1_000,
    description: 'How long one call to etcd may take.',
  }),
}

const whole = (byDefault: number, [minimum, maximum]: [number, number], description: string) =>
  Type.Integer({ minimum, maximum, default: byDefault, description })

/** Of the service that stores messages. */
export const storeSettingsSchema = Type.Object({
  ...serviceSettings,
  ...databaseSettings,
  ...discoverySettings,
  ADVERTISED_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/?#@]+$',
      description:
        'Where edges reach this store: needed with ETCD_URL where HOST is every address.',
    }),
  ),
  LEASE_SECONDS: whole(10, [2, 3_600], 'How long a store that is dead stays in the list of etcd.'),
  STATEMENT_TIMEOUT_MS: whole(900, [1, 60_000], 'How long one statement may take.'),
  QUEUE_TIMEOUT_MS: whole(500, [1, 60_000], 'How long a request may wait for a connection.'),
  QUEUE_LIMIT: whole(8_192, [1, 1_000_000], 'Requests that may wait for a connection.'),
  CALL_BYTES: whole(4_194_304, [65_536, 67_108_864], 'The largest message of a call.'),
})

/** Of the service that talks to clients. */
export const edgeSettingsSchema = Type.Object({
  ...serviceSettings,
  BODY_LIMIT_BYTES: whole(2_097_152, [65_536, 104_857_600], 'The largest request body.'),
  MAX_REQUESTS_IN_FLIGHT: whole(10_000, [1, 100_000], 'Requests at one time; 503 beyond.'),
  ...discoverySettings,
  STORES: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'Where the stores are: http://127.0.0.1:9000,http://127.0.0.1:9001.',
    }),
  ),
  CALL_TIMEOUT_MS: whole(2_000, [1, 60_000], 'How long one call to a store may take.'),
  ANSWER_WITHIN_MS: whole(4_000, [1, 60_000], 'How long a request may take with its repeats.'),
  CALLS_PER_STORE: whole(4, [1, 100], 'Calls of one kind to one store at one time.'),
  QUEUE_LIMIT: whole(2_048, [1, 1_000_000], 'Requests that may wait for a call; 503 beyond.'),
  WAIT_MS_MAX: whole(30_000, [0, 300_000], 'The longest long poll.'),
  WAITING_LIMIT: whole(5_000, [1, 1_000_000], 'Long polls at one time; 503 beyond.'),
  NEWEST_EVERY_MS: whole(100, [10, 10_000], 'How often waiting clients are looked after.'),
  AUTH: Type.Enum(['none', 'jwt'], {
    default: 'none',
    description: 'jwt: the sender is who the bearer token names, and only members pull.',
  }),
  TOKEN_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      secret: true,
      description: 'The key of the bearer tokens (HS256): needed with AUTH=jwt.',
    }),
  ),
})

export type StoreSettings = Static<typeof storeSettingsSchema>
export type EdgeSettings = Static<typeof edgeSettingsSchema>

type Environment = Readonly<Record<string, string | undefined>>

/** Throws `SettingsError` with every fault. */
export function storeSettingsFrom(environment: Environment): StoreSettings {
  return readSettings(storeSettingsSchema, environment, ({ HOST = '', ETCD_URL }) => {
    const isReachedEverywhere = ['0.0.0.0', '::', '[::]', '0'].includes(HOST)
    if (ETCD_URL === undefined || !isReachedEverywhere || isGiven(environment, 'ADVERTISED_URL')) {
      return []
    }
    return [missing(storeSettingsSchema, 'ADVERTISED_URL', 'an address, because HOST is every one')]
  })
}

/** Throws `SettingsError` with every fault. */
export function edgeSettingsFrom(environment: Environment): EdgeSettings {
  return readSettings(edgeSettingsSchema, environment, ({ AUTH }) => {
    const faults: SettingFault[] = []
    if (AUTH === 'jwt' && !isGiven(environment, 'TOKEN_SECRET')) {
      faults.push(missing(edgeSettingsSchema, 'TOKEN_SECRET', 'a text'))
    }
    const [isListed, isDiscovered] = ['STORES', 'ETCD_URL'].map((name) =>
      isGiven(environment, name),
    )
    if (isListed === isDiscovered) {
      const expected = 'either a list of stores or ETCD_URL'
      const found = isListed ? 'both' : 'neither'
      faults.push({ ...missing(edgeSettingsSchema, 'STORES', expected), found })
    }
    return faults
  })
}

/** The addresses of a list with commas. */
export function addressesIn(list: string): string[] {
  return list.split(',').map((url) => url.trim().replace(/\/$/, ''))
}

function isGiven(environment: Environment, name: string): boolean {
  return (environment[name] ?? '') !== ''
}

function missing(schema: TObject, name: string, expected: string): SettingFault {
  const { description = '' } = schema.properties[name] as { description?: string }
  return { name, expected, found: 'nothing', hint: description }
}
