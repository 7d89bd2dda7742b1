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

/** Told of changes by the stores. */
export interface ScoreListener {
  moved(scores: readonly MovedScore[]): void
  /** A user came to a team or left it. */
  membership(user_id: string, team_id: string, change: 'joined' | 'left'): void
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
