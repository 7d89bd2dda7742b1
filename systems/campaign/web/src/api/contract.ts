// What the service answers, as its contract says.

export interface User {
  readonly user_name: string
}

export interface Credentials {
  readonly user_name: string
  readonly password: string
}

export interface Post {
  readonly id: number
  readonly user_id: number
  readonly user_name: string
  readonly content: string
  /** ISO 8601. */
  readonly timestamp: string
  /** The path of the image, or null without one. */
  readonly image: string | null
}

export interface Team {
  readonly id: number
  readonly name: string
}

/** One of the reader's own. */
export interface OwnTeam extends Team {
  readonly score: number
  /** Null while it is so new that it has none. */
  readonly rank: number | null
}

export interface Member {
  readonly user_id: number
  readonly user_name: string
}

export interface Standing {
  readonly team_id: number
  readonly team_name: string
  readonly score: number
  readonly rank: number
  readonly is_user_team: boolean
}

export interface LastCheckin {
  readonly name: string
  readonly time: string
}

export interface ScoreInfo {
  readonly team_name: string
  /** The sum of the members' weights: T of the rule. */
  readonly total_members: number
  /** The sum of the weights of members who are new customers: N of the rule. */
  readonly new_members: number
  readonly earliest_checkin: LastCheckin | null
  readonly latest_checkin: LastCheckin | null
}

export interface CampaignEvent {
  readonly id: number
  readonly title: string
  readonly capacity: number
  /** Places that are taken. */
  readonly registered: number
  /** People on the waiting list. */
  readonly waiting: number
  /** From when to when one may register; ISO 8601. */
  readonly opens_at: string
  readonly closes_at: string
  /** What the reader is; null: neither. */
  readonly status: 'registered' | 'waiting' | null
}
