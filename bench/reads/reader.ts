// The read path of reviews without HTTP: its own statements, connections and coalescing on a data set. What
// HTTP adds is the same for every product and would only hide a difference.

import { Coalescer, Database } from '@plimsoll/service'
import { session } from '../../systems/reviews/src/create-reviews.ts'
import { openMeta } from '../../systems/reviews/src/meta/meta-store.ts'
import { start, type Sort } from '../../systems/reviews/src/reviews/cursor.ts'
import { openLists } from '../../systems/reviews/src/reviews/list-store.ts'
import { settingsFrom } from '../../systems/reviews/src/settings.ts'

/** A call of the API; lists are first pages of five. */
export type Call = Sort | 'meta'

/** Resolves to the answer as JSON. */
export type Read = (call: Call, product_id: number) => Promise<string>

export interface Reader extends AsyncDisposable {
  readonly read: Read
}

export async function openReader(url: string): Promise<Reader> {
  const settings = settingsFrom({ DATABASE_URL: url })
  const database = new Database({
    url,
    name: 'bench-reads',
    size: settings.POOL_SIZE,
    connectTimeout: settings.CONNECT_TIMEOUT_MS,
    // A first read may have to fetch its pages from a disk that is busy.
    statementTimeout: 60_000,
    session,
    onError: (error) => void process.stderr.write(`${error.message}\n`),
  })
  const coalescer = new Coalescer({
    connections: database,
    queueLimit: settings.QUEUE_LIMIT,
    queueTimeout: 60_000,
  })
  const list = openLists(coalescer)
  const meta = openMeta(coalescer)
  await database.warmUp()
  return {
    read: (call, product_id) =>
      call === 'meta'
        ? meta(product_id)
        : list({ product_id, sort: call, page: 1, count: 5, after: start[call], skip: 0 }),
    async [Symbol.asyncDispose]() {
      coalescer[Symbol.dispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
