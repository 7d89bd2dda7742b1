// The settings of messaging: those every service has, and those of the store and of the edge.

import { databaseSettings, readSettings, serviceSettings, SettingsError } from '@plimsoll/service'
import { Type, type Static } from 'typebox'

const whole = (byDefault: number, [minimum, maximum]: [number, number], description: string) =>
  Type.Integer({ minimum, maximum, default: byDefault, description })

/** Of the service that stores messages. */
export const storeSettingsSchema = Type.Object({
  ...serviceSettings,
  ...databaseSettings,
  // Below CALL_TIMEOUT_MS of the edge: it hears that the database is busy before it gives the store up.
  STATEMENT_TIMEOUT_MS: whole(1_000, [1, 60_000], 'How long one statement may take.'),
  QUEUE_TIMEOUT_MS: whole(700, [1, 60_000], 'How long a request may wait for a connection.'),
  QUEUE_LIMIT: whole(8_192, [1, 1_000_000], 'Requests that may wait for a connection.'),
  CALL_BYTES: whole(4_194_304, [65_536, 67_108_864], 'The largest message of a call.'),
})

/** Of the service that talks to clients. */
export const edgeSettingsSchema = Type.Object({
  ...serviceSettings,
  BODY_LIMIT_BYTES: whole(2_097_152, [65_536, 104_857_600], 'The largest request body.'),
  MAX_REQUESTS_IN_FLIGHT: whole(10_000, [1, 100_000], 'Requests at one time, long polls too.'),
  STORES: Type.String({
    pattern: '^https?://',
    description: 'Where the stores are: http://127.0.0.1:9000,http://127.0.0.1:9001.',
  }),
  CALL_TIMEOUT_MS: whole(1_500, [1, 60_000], 'How long one call to a store may take.'),
  ANSWER_WITHIN_MS: whole(4_000, [1, 60_000], 'How long a request may take with its repeats.'),
  CALLS_PER_STORE: whole(4, [1, 1_000], 'Calls of one kind to one store at one time.'),
  QUEUE_LIMIT: whole(8_192, [1, 1_000_000], 'Requests that may wait for a call; 503 beyond.'),
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

/** Throws `SettingsError` with every fault. */
export function storeSettingsFrom(
  environment: Readonly<Record<string, string | undefined>>,
): StoreSettings {
  return readSettings(storeSettingsSchema, environment)
}

/** Throws `SettingsError` with every fault. */
export function edgeSettingsFrom(
  environment: Readonly<Record<string, string | undefined>>,
): EdgeSettings {
  const settings = readSettings(edgeSettingsSchema, environment)
  if (settings.AUTH === 'jwt' && settings.TOKEN_SECRET === undefined) {
    const { description = '' } = edgeSettingsSchema.properties.TOKEN_SECRET as {
      description?: string
    }
    throw new SettingsError([
      { name: 'TOKEN_SECRET', expected: 'a text', found: 'nothing', hint: description },
    ])
  }
  return settings
}
