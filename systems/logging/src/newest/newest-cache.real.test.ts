// The mark and the merges, on a real Redis, against a model of the database: whatever is lost, late, out of order or
// evicted, a page that covers what the database has committed is the page of the database.

import { Cache } from '@plimsoll/service/cache'
import { openCache, until, type StoreServer } from '@plimsoll/stores'
import { randomStream } from '@plimsoll/workload'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { find, needs } from '../../../../test/optional-part.ts'
import { covers, isAhead, NewestCache, type Snapshot, type StoredBatch } from './newest-cache.ts'

let server: StoreServer | undefined
let cache: Cache

beforeAll(async () => {
  if (find('redis-server') === undefined) return
  server = await openCache()
  cache = new Cache({ url: server.url, timeout: 2_000, queueLimit: 100, onError: () => undefined })
  await until(async () => (await cache.ask(['PING'])) === 'PONG', { deadline_ms: 5_000 })
})
afterAll(async () => {
  await cache?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

const keep = 8
const workers = 3
const rowOf = (id: string) => `{"id":"${id}","message":"m"}`
const above = (ids: readonly string[]) => {
  const sorted = ids.toSorted().toReversed()
  return { rows: sorted.slice(0, keep).map(rowOf), mark: sorted[keep] ?? '' }
}

/** What a database would have, and what is on its way from it to the cache. */
class Model {
  epoch = 'e-0'
  ids: string[] = []
  batches = new Map<string, number>()
  #epochs = 0
  #lives = 0
  #backup: Pick<Model, 'epoch' | 'ids' | 'batches'> = { epoch: 'e-0', ids: [], batches: new Map() }
  readonly underWay: (() => Promise<void>)[] = []
  readonly #float: () => number
  readonly #newest: NewestCache

  constructor(float: () => number, newest: NewestCache) {
    this.#float = float
    this.#newest = newest
  }

  commit(): void {
    const worker = `w-${this.#lives}-${Math.floor(this.#float() * workers)}`
    const batch = (this.batches.get(worker) ?? 0) + 1
    this.batches.set(worker, batch)
    const count = 1 + Math.floor(this.#float() * (this.#float() < 0.1 ? 20 : 3))
    // Half of them late.
    const ids = Array.from({ length: count }, () =>
      Math.floor(this.#float() * 1e15)
        .toString(16)
        .padStart(36, '0'),
    )
    this.ids.push(...ids)
    const stored: StoredBatch = { epoch: this.epoch, worker, batch, ...above(ids) }
    this.underWay.push(() => this.#newest.add(stored))
  }

  snapshot(): void {
    const taken: Snapshot = {
      progress: { epoch: this.epoch, batches: new Map(this.batches) },
      ...above(this.ids),
    }
    this.underWay.push(() => this.#newest.merge(taken))
  }

  forgetOldest(): void {
    this.epoch = `e-${++this.#epochs}`
    this.ids = this.ids.toSorted().slice(Math.ceil(this.ids.length / 2))
  }

  backUp(): void {
    this.#backup = { epoch: this.epoch, ids: [...this.ids], batches: new Map(this.batches) }
  }

  /** What came after the backup never was; whoever worked then has ended, and others begin. */
  restore(): void {
    const { epoch, ids, batches } = this.#backup
    this.epoch = epoch
    this.ids = [...ids]
    this.batches = new Map(batches)
    this.underWay.length = 0
    this.#lives += 1
  }

  /** Most arrive in order; some late, some never. */
  async deliver(): Promise<void> {
    const late = this.#float() < 0.15
    const at = late ? Math.floor(this.#float() * this.underWay.length) : 0
    const [next] = this.underWay.splice(at, 1)
    if (this.#float() > 0.05) await next?.()
  }

  /** What the cache answers, where that counts, and the truth; undefined where the database is asked. */
  async look(limit: number): Promise<{ seen: readonly string[]; truth: string[] } | undefined> {
    const progress = { epoch: this.epoch, batches: this.batches }
    const page = await this.#newest.read(limit)
    if (page === null || page === undefined) return undefined
    if (isAhead(page.progress, progress)) await this.#newest.forget()
    if (!covers(page.progress, progress)) return undefined
    const truth = this.ids.toSorted().toReversed().slice(0, limit).map(rowOf)
    return { seen: page.rows, truth }
  }
}

for (const seed of Array.from({ length: 12 }, (_, n) => n + 1)) {
  test(`seed ${seed}: a page that covers the database is the page of the database`, async (context) => {
    needs('redis-server', context)
    const random = randomStream(seed)
    await cache.ask(['FLUSHALL'])
    const model = new Model(() => random.float(), new NewestCache(cache, keep))
    let had = 0
    for (let step = 0; step < 600; step += 1) {
      const dice = random.float()
      if (dice < 0.3) model.commit()
      else if (dice < 0.36) model.snapshot()
      else if (dice < 0.365) model.forgetOldest()
      else if (dice < 0.3675) model.backUp()
      else if (dice < 0.37) model.restore()
      else if (dice < 0.3725) await cache.ask(['FLUSHALL'])
      else if (dice < 0.375) await cache.ask(['DEL', '{logs}:newest'])
      else if (dice < 0.38) await cache.ask(['DEL', '{logs}:newest-state'])
      else await model.deliver()
      const looked = await model.look(1 + Math.floor(random.float() * keep))
      expect(looked?.seen).toEqual(looked?.truth)
      if (looked !== undefined) had += 1
    }
    // Otherwise nothing was tested.
    expect(had).toBeGreaterThan(12)
  })
}
