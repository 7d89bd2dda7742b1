// Every statement that changes scores returns them, so that this instance's leaderboard knows them before the
// request that changed them is answered.

import type { Rows } from '@plimsoll/service'

/** A score as it is after a change; a higher version is a later one. */
export interface MovedScore {
  readonly team_id: string
  readonly team_name: string
  readonly score: number
  readonly version: number
}

/** A user came to a team or left it. */
export interface MembershipChange {
  readonly user_id: string
  readonly team_id: string
  readonly change: 'joined' | 'left'
  /** Its number in the ledger: of one user and team a higher one is a later one. */
  readonly entry: number
}

/** Told of changes by the stores. */
export interface ScoreListener {
  moved(scores: readonly MovedScore[]): void
  /** May be told twice, and late. */
  membership(change: MembershipChange): void
}

/** The score of the columns team_id, team_name, score, version. */
export function movedScore([team_id, team_name, score, version]: Rows[number]): MovedScore {
  return {
    team_id: team_id ?? '',
    team_name: team_name ?? '',
    score: Number(score),
    version: Number(version),
  }
}
