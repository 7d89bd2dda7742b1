// The ledger, played from its beginning: who is in which team, and which check-ins are valid. What it holds is what the
// ledger says and nothing that the service keeps beside it.

import type { Member } from './score.ts'

/** A row of the ledger. Times are microseconds since 1970. */
export type LedgerEntry =
  | { readonly kind: 'joined'; readonly user_id: string; readonly team_id: string }
  | { readonly kind: 'left'; readonly user_id: string; readonly team_id: string }
  | {
      readonly kind: 'checked in'
      readonly user_id: string
      readonly checkin_id: string
      readonly at: number
    }
  | { readonly kind: 'invalidated'; readonly user_id: string; readonly checkin_id: string }

interface User {
  readonly teams: Set<string>
  /** The valid check-ins and their times. */
  readonly checkins: Map<string, number>
}

/** What the ledger says up to the entry that was played last. */
export class Replay {
  readonly #users = new Map<string, User>()
  readonly #teams = new Map<string, Set<string>>()

  /** Throws for an entry that cannot follow those before it. */
  play(entry: LedgerEntry): void {
    const user = this.#user(entry.user_id)
    const hasEffect = playOn(user, entry)
    if (!hasEffect)
      throw new Error(`this entry of the ledger cannot follow: ${JSON.stringify(entry)}`)
    if (entry.kind !== 'joined' && entry.kind !== 'left') return
    const members = this.#teams.get(entry.team_id) ?? new Set()
    this.#teams.set(entry.team_id, members)
    if (entry.kind === 'joined') members.add(entry.user_id)
    else members.delete(entry.user_id)
  }

  /** The members of a team; `isNewCustomer` says so of a user. */
  members(team_id: string, isNewCustomer: (user_id: string) => boolean): Member[] {
    return [...(this.#teams.get(team_id) ?? [])].map((user_id) => {
      const { teams, checkins } = this.#user(user_id)
      let lastCheckin: number | undefined
      for (const at of checkins.values()) lastCheckin = Math.max(lastCheckin ?? at, at)
      return { teams: teams.size, isNewCustomer: isNewCustomer(user_id), lastCheckin }
    })
  }

  #user(id: string): User {
    const known = this.#users.get(id)
    if (known !== undefined) return known
    const user: User = { teams: new Set(), checkins: new Map() }
    this.#users.set(id, user)
    return user
  }
}

/** Whether the entry changed anything of the user, as every entry does. */
function playOn({ teams, checkins }: User, entry: LedgerEntry): boolean {
  if (entry.kind === 'left') return teams.delete(entry.team_id)
  if (entry.kind === 'invalidated') return checkins.delete(entry.checkin_id)
  if (entry.kind !== 'checked in') {
    const isNew = !teams.has(entry.team_id)
    teams.add(entry.team_id)
    return isNew
  }
  const isNew = !checkins.has(entry.checkin_id)
  checkins.set(entry.checkin_id, entry.at)
  return isNew
}
