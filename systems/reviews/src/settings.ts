// The settings of reviews: what every service has, and how long the texts of a review may be.

import { databaseSettings, readSettings, serviceSettings } from '@plimsoll/service'
import { Type, type Static } from 'typebox'

const length = (byDefault: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 100_000, default: byDefault, description })

/** Names, defaults and bounds; see the README. */
export const settingsSchema = Type.Object({
  ...serviceSettings,
  ...databaseSettings,
  SUMMARY_LENGTH_MAX: length(60, 'Longest summary, in characters.'),
  BODY_LENGTH_MIN: length(50, 'Shortest body of a review, in characters.'),
  BODY_LENGTH_MAX: length(1_000, 'Longest body of a review, in characters.'),
  NAME_LENGTH_MAX: length(60, 'Longest name or e-mail of a reviewer, in characters.'),
  PHOTOS_MAX: length(5, 'Most photos of one review.'),
})

export type Settings = Static<typeof settingsSchema>

/** Throws `SettingsError` with every fault. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  return readSettings(settingsSchema, environment)
}
