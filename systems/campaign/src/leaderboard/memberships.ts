// Which teams a user is in, for the marks on the leaderboard: read once per user, then kept by what is told of users
// who come and leave. The user who was asked for longest ago is forgotten first.

import type { MembershipChange } from '../teams/moved-scores.ts'

const mostKnown = 100_000
/** Teams of one user of which a change was told; beyond it the user is read anew. */
const mostChanged = 100

interface Known {
  readonly teams: Set<string>
  /** The entry of the ledger that was the last one told, by team: the same change comes by the watch, later. */
  readonly entries: Map<string, number>
}

interface Loading {
  readonly loaded: Promise<ReadonlySet<string>>
  /** Whether the user came to a team or left one meanwhile. */
  isStale: boolean
}

/** The teams of users. */
export class Memberships {
  readonly #load: (user_id: string) => Promise<readonly string[]>
  readonly #loading = new Map<string, Loading>()
  #known = new Map<string, Known>()

  constructor(load: (user_id: string) => Promise<readonly string[]>) {
    this.#load = load
  }

  /** The ids of the teams of a user; a promise only when they have to be read. */
  of(user_id: string): ReadonlySet<string> | Promise<ReadonlySet<string>> {
    return (
      this.#known.get(user_id)?.teams ?? this.#loading.get(user_id)?.loaded ?? this.#read(user_id)
    )
  }

  change({ user_id, team_id, change, entry }: MembershipChange): void {
    const known = this.#known.get(user_id)
    if (known !== undefined && entry > (known.entries.get(team_id) ?? 0)) {
      known.entries.set(team_id, entry)
      if (change === 'joined') known.teams.add(team_id)
      else known.teams.delete(team_id)
      if (known.entries.size > mostChanged) this.#known.delete(user_id)
    }
    const loading = this.#loading.get(user_id)
    if (loading !== undefined) {
      loading.isStale = true
      this.#loading.delete(user_id)
    }
  }

  /** Changes may have been missed. */
  forget(): void {
    this.#known = new Map()
    for (const loading of this.#loading.values()) loading.isStale = true
    this.#loading.clear()
  }

  #read(user_id: string): Promise<ReadonlySet<string>> {
    const loaded = this.#load(user_id)
      .then((teams) => {
        const found = new Set(teams)
        if (!loading.isStale) this.#keep(user_id, found)
        return found
      })
      .finally(() => {
        if (this.#loading.get(user_id) === loading) this.#loading.delete(user_id)
      })
    const loading: Loading = { loaded, isStale: false }
    this.#loading.set(user_id, loading)
    return loaded
  }

  #keep(user_id: string, teams: Set<string>): void {
    if (this.#known.size >= mostKnown) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    this.#known.set(user_id, { teams, entries: new Map() })
  }
}
