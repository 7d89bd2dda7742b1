// The stores that the edge knows, and which one takes the next call: the one with the fewest calls outstanding. A
// store whose calls fail is left out for a while, longer each time, and then tried with one call.
//
//   in use ──failure──→ ejected ──time passes──→ on trial (one call) ──success──→ in use
//      ↑                   ↑──────────failure───────┘
//
// When every store is ejected, none counts as ejected: a call that fails costs less than an answer without a call.

/** One store, with what is known about it. */
export interface Store<Client> {
  readonly url: string
  readonly client: Client
  /** Calls without an answer, of all kinds. */
  outstanding: number
  /** Failures since the last success. */
  failures: number
  /** Not called before, in monotonic milliseconds. */
  ejectedUntil: number
}

export interface RosterOptions<Client> {
  /** Opens the way to a store. */
  readonly open: (url: string) => Client
  /** Ends it, for a store that is gone; calls under way may end. */
  readonly close: (client: Client) => void
  /** Monotonic milliseconds. */
  readonly now: () => number
}

const firstEjection_ms = 250
const longestEjection_ms = 5_000

/** Chooses stores. */
export class Roster<Client> {
  readonly #options: RosterOptions<Client>
  #stores: readonly Store<Client>[] = []
  /** Where the search begins, so that equals take turns. */
  #turn = 0
  #ejections = 0

  constructor(options: RosterOptions<Client>) {
    this.#options = options
  }

  get stores(): readonly Store<Client>[] {
    return this.#stores
  }

  /** Times that a store was left out, since the start. */
  get ejections(): number {
    return this.#ejections
  }

  /** Takes a new list of addresses. An empty one is not believed: the last known list stays. */
  update(urls: readonly string[]): void {
    if (urls.length === 0) return
    const known = new Map(this.#stores.map((store) => [store.url, store]))
    const next = [...new Set(urls)].map(
      (url) =>
        known.get(url) ?? {
          url,
          client: this.#options.open(url),
          outstanding: 0,
          failures: 0,
          ejectedUntil: -Infinity,
        },
    )
    const gone = this.#stores.filter((store) => !next.includes(store))
    this.#stores = next
    for (const { client } of gone) this.#options.close(client)
  }

  /** The store for the next call, of those that `mayTake` it; undefined when none can. */
  pick(mayTake: (store: Store<Client>) => boolean): Store<Client> | undefined {
    const now = this.#options.now()
    const all = this.#stores
    const isUsable = (store: Store<Client>) =>
      store.ejectedUntil <= now && (store.failures === 0 || store.outstanding === 0)
    const isEveryoneOut = all.every(({ ejectedUntil }) => ejectedUntil > now)
    let best: Store<Client> | undefined
    for (let i = 0; i < all.length; i++) {
      const store = all[(this.#turn + i) % all.length]
      if (store === undefined || !(isEveryoneOut || isUsable(store)) || !mayTake(store)) continue
      if (best === undefined || store.outstanding < best.outstanding) best = store
    }
    this.#turn = (this.#turn + 1) % Math.max(1, all.length)
    return best
  }

  /** A call was answered, whatever the answer. */
  succeeded(store: Store<Client>): void {
    store.failures = 0
    store.ejectedUntil = -Infinity
  }

  /**
   * A call failed: the store could not be reached, or did not answer in time. Calls that break together are one
   * failure.
   */
  failed(store: Store<Client>): void {
    const now = this.#options.now()
    if (store.ejectedUntil > now) return
    store.failures++
    this.#ejections++
    const pause = firstEjection_ms * 2 ** Math.min(store.failures - 1, 10)
    store.ejectedUntil = now + Math.min(longestEjection_ms, pause)
  }
}
