// Which teams a user is in, for the marks on the leaderboard: read once per user, then kept by what is told of users
// who come and leave. The user who was asked for longest ago is forgotten first.

const mostKnown = 100_000

interface Loading {
  readonly loaded: Promise<ReadonlySet<string>>
  /** Whether the user came to a team or left one meanwhile. */
  isStale: boolean
}

/** The teams of users. */
export class Memberships {
  readonly #load: (user_id: string) => Promise<readonly string[]>
  readonly #loading = new Map<string, Loading>()
  #known = new Map<string, Set<string>>()

  constructor(load: (user_id: string) => Promise<readonly string[]>) {
    this.#load = load
  }

  /** The ids of the teams of a user; a promise only when they have to be read. */
  of(user_id: string): ReadonlySet<string> | Promise<ReadonlySet<string>> {
    return this.#known.get(user_id) ?? this.#loading.get(user_id)?.loaded ?? this.#read(user_id)
  }

  change(user_id: string, team_id: string, change: 'joined' | 'left'): void {
    const known = this.#known.get(user_id)
    if (change === 'joined') known?.add(team_id)
    else known?.delete(team_id)
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
    this.#known.set(user_id, teams)
  }
}
