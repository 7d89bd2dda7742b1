// What a score is made of: T ÷ (0.05 · (S + 1)) + 3 · N. Pure.

import type { ScoreInfo } from '../api/contract.ts'

export interface ScoreParts {
  /** T: the weights of the members. */
  readonly members: number
  /** N: the weights of the members who are new customers. */
  readonly newMembers: number
  /** S: hours between the earliest and the latest last check-in of the members. */
  readonly spread_hours: number
  /** What members bring, at this spread. */
  readonly fromMembers: number
  /** What new customers bring on top. */
  readonly fromNewMembers: number
  readonly score: number
}

/** The rule, applied to what the service says of a team. */
export function scoreParts(info: ScoreInfo): ScoreParts {
  const { total_members: members, new_members: newMembers } = info
  const spread_hours = spreadOf(info)
  const fromMembers = members / (0.05 * (spread_hours + 1))
  const fromNewMembers = 3 * newMembers
  const score = fromMembers + fromNewMembers
  return { members, newMembers, spread_hours, fromMembers, fromNewMembers, score }
}

function spreadOf({ earliest_checkin, latest_checkin }: ScoreInfo): number {
  if (earliest_checkin === null || latest_checkin === null) return 0
  const spread_ms = Date.parse(latest_checkin.time) - Date.parse(earliest_checkin.time)
  return Math.max(0, spread_ms / 3_600_000)
}
