// The newest records in Redis. It is never asked alone: what it answers counts only when it knows every batch that the
// database has committed, so a Redis that was lost, emptied, cut off or is late makes readers ask PostgreSQL, and
// shows nothing wrong.

import type { Cache } from '@plimsoll/service/cache'

import type { NewestRows } from './newest-rows.ts'
import { addBatch, forget, merge, readNewest } from './newest-scripts.ts'

/** How far a database, or a copy of its newest records, has come. */
export interface Progress {
  readonly epoch: string
  /** The last batch of each worker, by the worker's id. */
  readonly batches: ReadonlyMap<string, number>
}

/** What one transaction of a worker stored. */
export interface StoredBatch extends NewestRows {
  readonly epoch: string
  readonly worker: string
  readonly batch: number
}

/** What one snapshot of the database held. */
export interface Snapshot extends NewestRows {
  readonly progress: Progress
}

/** The newest records as the cache knows them. */
export interface CachedPage {
  readonly progress: Progress
  /** Records as JSON, newest first. */
  readonly rows: readonly string[]
}

const keys = ['{logs}:newest', '{logs}:newest-state']

/** The rows that are kept of one database. No method rejects. */
export class NewestCache {
  readonly #cache: Cache
  readonly keep: number

  constructor(cache: Cache, keep: number) {
    this.#cache = cache
    this.keep = keep
  }

  /** Call it after the commit, in the order of the worker's batches; one that is left out is a gap until `merge`. */
  async add({ epoch, worker, batch, mark, rows }: StoredBatch): Promise<void> {
    const values = [epoch, worker, String(batch), mark, String(this.keep), ...rows]
    await this.#cache.run(addBatch, keys, values)
  }

  async merge({ progress: { epoch, batches }, mark, rows }: Snapshot): Promise<void> {
    const workers = [...batches].flatMap(([worker, batch]) => [worker, String(batch)])
    const values = [epoch, mark, String(this.keep), String(batches.size), ...workers, ...rows]
    await this.#cache.run(merge, keys, values)
  }

  /** Empties it: what it knows never was. */
  async forget(): Promise<void> {
    await this.#cache.run(forget, keys, [])
  }

  /** Null when it has no such page, undefined when it does not answer. */
  async read(limit: number): Promise<CachedPage | null | undefined> {
    if (limit > this.keep) return null
    const answer = await this.#cache.run(readNewest, keys, [String(limit)])
    if (answer === undefined || answer === null) return answer
    const [state, rows] = answer as [string[], string[]]
    const batches = new Map<string, number>()
    let epoch = ''
    for (let i = 0; i < state.length; i += 2) {
      const [name = '', value = ''] = state.slice(i, i + 2)
      if (name === 'epoch') epoch = value
      else if (name !== 'mark' && name !== 'count') batches.set(name, Number(value))
    }
    return { progress: { epoch, batches }, rows }
  }
}

/** Whether a copy knows all that the database has, and nothing else. The database is asked after the copy. */
export function covers(copy: Progress, database: Progress): boolean {
  return copy.epoch === database.epoch && knowsAll(copy, database) && knowsAll(database, copy)
}

/**
 * Whether a copy knows what its database does not, which was asked after it: a database that was restored from a
 * backup. Merging never mends such a copy.
 */
export function isAhead(copy: Progress, database: Progress): boolean {
  return copy.epoch === database.epoch && !knowsAll(database, copy)
}

function knowsAll(one: Progress, other: Progress): boolean {
  return [...other.batches].every(([worker, batch]) => (one.batches.get(worker) ?? 0) >= batch)
}
