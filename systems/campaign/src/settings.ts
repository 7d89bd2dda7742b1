// The settings of campaign: what every service has, and its own.

import {
  cacheSettings,
  databaseSettings,
  readerSettings,
  readSettings,
  serviceSettings,
} from '@plimsoll/service'
import { Type, type Static } from 'typebox'

const whole = (byDefault: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, default: byDefault, description })

/** Names, defaults and bounds; see the README. */
export const settingsSchema = Type.Object({
  ...serviceSettings,
  ...databaseSettings,
  ...readerSettings,
  ...cacheSettings,
  TOKEN_SECRET: Type.String({
    minLength: 32,
    secret: true,
    description: 'Signs the bearer tokens: at least 32 characters, the same on every instance.',
  }),
  TOKEN_LIFETIME_S: whole(1_800, 1, 86_400, 'How long a bearer token is good.'),
  PASSWORD_LENGTH_MIN: whole(6, 1, 100, 'Shortest password, in characters.'),
  NAME_LENGTH_MAX: whole(50, 1, 200, 'Longest name of a user or a team, in characters.'),
  CONTENT_LENGTH_MAX: whole(5_000, 1, 100_000, 'Longest text of a post, in characters.'),
  IMAGE_LIMIT_BYTES: whole(5_242_880, 1, 52_428_800, 'Largest image.'),
  IMAGES_FOLDER: Type.String({
    default: 'images',
    description: 'Where images are kept on disk; the same for every instance.',
  }),
  IMAGES_BUCKET: Type.Optional(
    Type.String({ minLength: 3, description: 'The S3 bucket of images, instead of a folder.' }),
  ),
  S3_REGION: Type.String({ default: 'us-east-1', description: 'The region of the bucket.' }),
  S3_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'Where an S3 other than that of AWS answers.',
    }),
  ),
  UPLOADS_MAX: whole(16, 1, 1_000, 'Bodies over 64 KiB on their way at one time; 503 beyond.'),
  CHECKIN_POOL_SIZE: whole(
    1,
    1,
    100,
    'Connections for check-ins alone: those of one team wait for each other, so more only make smaller batches.',
  ),
  HASH_CONCURRENCY: whole(2, 1, 2, 'Passwords hashed at once; the thread pool has four threads.'),
  HASH_QUEUE_LIMIT: whole(32, 0, 10_000, 'Logins that may wait for a hash; 503 beyond.'),
  HASH_QUEUE_TIMEOUT_MS: whole(1_500, 1, 60_000, 'How long a login may wait for a hash.'),
  LOGIN_FAILURES_PER_MINUTE: whole(
    20,
    1,
    100_000,
    'Failed logins of one name in a minute, per instance; 429 beyond.',
  ),
  CAMPAIGN_START: Type.String({
    default: '2024-12-02T00:00:00Z',
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$',
    description:
      'Members who never checked in count from then, in UTC; the same on every instance.',
  }),
  TEAMS_PER_USER_MAX: whole(20, 1, 20, 'Teams that one user may be in.'),
  MAX_STREAMS: whole(1_000, 0, 100_000, 'Streams of the leaderboard open at one time; 503 beyond.'),
  EVENT_WAITING_MAX: whole(10_000, 0, 1_000_000, 'People who may wait for a place at one event.'),
  SCORES_EVERY_MS: whole(100, 10, 10_000, 'How often the scores that others changed are read.'),
})

export type Settings = Static<typeof settingsSchema>

/** Throws `SettingsError` with every fault. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  return readSettings(settingsSchema, environment)
}
