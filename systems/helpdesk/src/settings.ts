// The settings of helpdesk: what every service has, and its own.

import {
  databaseSettings,
  readSettings,
  serviceSettings,
  type SettingFault,
} from '@plimsoll/service'
import { Type, type Static } from 'typebox'

import { proxiesFrom } from './http/client-address.ts'

const whole = (byDefault: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, default: byDefault, description })

/** Names, defaults and bounds; see the README. */
export const settingsSchema = Type.Object({
  ...serviceSettings,
  ...databaseSettings,
  TOKEN_SECRET: Type.String({
    minLength: 32,
    secret: true,
    description: 'Signs the bearer tokens: at least 32 characters, the same on every instance.',
  }),
  TOKEN_LIFETIME_S: whole(900, 1, 86_400, 'How long a bearer token is good.'),
  SESSION_LIFETIME_S: whole(86_400, 1, 31_536_000, 'How long a session cookie is good.'),
  COOKIE_SECURE: Type.Boolean({ default: false, description: 'Send the cookie over TLS only.' }),
  NAME_LENGTH_MIN: whole(6, 1, 100, 'Shortest username, in characters.'),
  PASSWORD_LENGTH_MIN: whole(6, 1, 100, 'Shortest password, in characters.'),
  MESSAGE_LENGTH_MAX: whole(10_000, 1, 100_000, 'Longest message, in characters.'),
  HASH_CONCURRENCY: whole(1, 1, 3, 'Passwords hashed at once; the thread pool has four threads.'),
  HASH_QUEUE_LIMIT: whole(32, 0, 10_000, 'Logins that may wait for a hash; 503 beyond.'),
  HASH_QUEUE_TIMEOUT_MS: whole(1_500, 1, 60_000, 'How long a login may wait for a hash.'),
  LOGIN_FAILURES_PER_MINUTE: whole(
    20,
    1,
    100_000,
    'Failed logins of one name from one address in a minute, per instance; 429 beyond.',
  ),
  TRUSTED_PROXIES: Type.String({
    default: '',
    description:
      'Balancers in front, by address or network, separated by commas: their X-Forwarded-For names the client.',
  }),
  EXPERTS: Type.Enum(['all', 'listed'], { default: 'all', description: 'all or listed.' }),
  EXPERT_NAMES: Type.String({
    default: '',
    description: 'Usernames that may act as experts when EXPERTS is listed, separated by commas.',
  }),
  LEASE_MS: whole(
    900_000,
    1,
    604_800_000,
    'How long an expert may leave a claimed conversation without a word before it returns to the queue.',
  ),
  VERSIONS_EVERY_MS: whole(100, 10, 10_000, 'How often changed versions are read.'),
  SINCE_OVERLAP_MS: whole(
    2_000,
    250,
    60_000,
    'How much earlier than asked polls by time begin: what clocks may differ by.',
  ),
  QUEUE_PAGE: whole(50, 1, 1_000, 'Waiting conversations that the queue shows, the oldest.'),
  MAX_STREAMS: whole(1_000, 0, 100_000, 'Streams of updates open at one time; 503 beyond.'),
})

export type Settings = Static<typeof settingsSchema>

/** Throws `SettingsError` with every fault. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  return readSettings(settingsSchema, environment, ({ TRUSTED_PROXIES: found = '' }) =>
    proxiesFrom(found) === undefined ? [proxyFault(found)] : [],
  )
}

function proxyFault(found: string): SettingFault {
  return {
    name: 'TRUSTED_PROXIES',
    expected: 'addresses or networks such as 127.0.0.1 or 10.0.0.0/8',
    found: `"${found}"`,
    hint: 'Name the balancers by address, not by name.',
  }
}
