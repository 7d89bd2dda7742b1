// The newest records, from Redis where it knows all that PostgreSQL has committed, else from PostgreSQL: the answer is
// the same. Whoever finds Redis behind brings it up to date, at most a few times a second.

import { family, type Coalescer, type MetricsSource } from '@plimsoll/service'

import { longestPage, type Page } from '../read/list-store.ts'
import { covers, isAhead, type NewestCache, type Progress, type Snapshot } from './newest-cache.ts'
import { progressLane, snapshotLane } from './newest-store.ts'

export interface NewestPagesOptions {
  readonly cache: NewestCache
  readonly coalescer: Coalescer
  /** The page as PostgreSQL has it. */
  readonly readNewest: (limit: number) => Promise<Page>
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

const fillEvery_ms = 250
/** A cache that does not answer would make every reader wait for it. */
const restAfterSilence_ms = 1_000

/** Reads the newest records of all. */
export class NewestPages {
  readonly #options: NewestPagesOptions
  readonly #now: () => number
  readonly #readProgress: (nothing: null) => Promise<Progress>
  readonly #readSnapshot: (keep: number) => Promise<Snapshot>
  readonly #pages = { cache: 0, database: 0 }
  #filling = false
  #fillAfter = -Infinity
  #askAfter = -Infinity

  constructor(options: NewestPagesOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#readProgress = options.coalescer.lane(progressLane)
    this.#readSnapshot = options.coalescer.lane(snapshotLane)
  }

  readonly metrics: MetricsSource = () =>
    family(
      'logs_newest_pages_total',
      'counter',
      Object.entries(this.#pages)
        .map(([from, count]) => `logs_newest_pages_total{from="${from}"} ${count}\n`)
        .join(''),
    )

  /** The newest `limit` records. Rejects as a lane does. */
  async read(limit: number): Promise<Page> {
    const page = await this.#fromCache(limit)
    this.#pages[page === undefined ? 'database' : 'cache'] += 1
    return page ?? (await this.#options.readNewest(limit))
  }

  async #fromCache(limit: number): Promise<Page | undefined> {
    const { cache } = this.#options
    if (limit > cache.keep || this.#now() < this.#askAfter) return undefined
    const page = await cache.read(limit)
    if (page === undefined) {
      this.#askAfter = this.#now() + restAfterSilence_ms
      return undefined
    }
    if (page === null) {
      void this.#fill('kept')
      return undefined
    }
    // After the page: whatever that knows, the database knew before.
    const progress = await this.#readProgress(null)
    if (!covers(page.progress, progress)) {
      void this.#fill(isAhead(page.progress, progress) ? 'void' : 'kept')
      return undefined
    }
    const { rows } = page
    // Where it may have to end early PostgreSQL says where. A character has four bytes at most.
    if (rows.reduce((sum, row) => sum + row.length, 0) > longestPage / 4) return undefined
    return { rows, next: rows.length === limit ? idOf(rows.at(-1)) : null }
  }

  async #fill(held: 'kept' | 'void'): Promise<void> {
    const { cache } = this.#options
    if (this.#filling || this.#now() < this.#fillAfter) return
    this.#filling = true
    this.#fillAfter = this.#now() + fillEvery_ms
    if (held === 'void') await cache.forget()
    await this.#readSnapshot(cache.keep)
      .then((snapshot) => cache.merge(snapshot))
      .catch(() => undefined) // The next reader tries again.
    this.#filling = false
  }
}

/** A row begins with `{"id":"` and the id. */
function idOf(row: string | undefined): string | null {
  return row?.slice(7, 43) ?? null
}
