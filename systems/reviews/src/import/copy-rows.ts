// Streams one source through the mapping into COPY, and counts. Memory holds a batch, whatever the size:
// the source is read only as fast as the database takes rows.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as eventsFirst } from 'node:timers/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { readId } from './dirty-values.ts'
import { mapBatch, scatteredIds } from './map-batch.ts'
import { copyColumns } from './row-mapping.ts'
import type { ClientBase } from 'pg'
import type { Refusals } from '@plimsoll/service'
import type { SeenIds } from './row-mapping.ts'
import type { RowSource } from './row-source.ts'

/** read = accepted + rejected, always. */
export interface RowCounts {
  readonly read: number
  readonly accepted: number
  readonly rejected: number
}

/** What happens during an import, for whoever shows it. */
export type ImportEvent =
  /** So many rows are in by now; `done` is in the measure of the source's size. */
  | { kind: 'rows'; source: RowSource; counts: RowCounts; done: number }
  /** The source is read to its end. */
  | { kind: 'loaded'; source: RowSource; counts: RowCounts }
  /** Something that is not counted in rows begins. */
  | { kind: 'stage'; stage: string }

export interface CopyOptions {
  readonly client: ClientBase
  /** The table, made or emptied by this transaction. */
  readonly target: string
  readonly seen: SeenIds
  readonly refusals: Refusals
  readonly onEvent: (event: ImportEvent) => void
  readonly signal?: AbortSignal | undefined
}

/** Copies every acceptable row of the source into its table. */
export async function copyRows(source: RowSource, options: CopyOptions): Promise<RowCounts> {
  const { client, target, seen, refusals, onEvent } = options
  let counts: RowCounts = { read: 0, accepted: 0, rejected: 0 }
  async function* copyData() {
    for await (const batch of source.batches()) {
      const { copy, refused } = mapBatch(source, batch, { seen, rowsBefore: counts.read })
      const read = batch.rows.length
      counts = {
        read: counts.read + read,
        accepted: counts.accepted + read - refused.length,
        rejected: counts.rejected + refused.length,
      }
      if (refused.length > 0) await refusals.write(refused)
      if (copy !== '') yield Buffer.from(copy, 'latin1')
      onEvent({ kind: 'rows', source, counts, done: batch.done })
    }
  }
  const columns = copyColumns[source.table].join(', ')
  const copy = client.query(
    copyFrom(`copy ${target} (${columns}) from stdin (format text, freeze)`),
  )
  await pipeline(Readable.from(copyData(), { highWaterMark: 1 }), copy, { signal: options.signal })
  onEvent({ kind: 'loaded', source, counts })
  return counts
}

/** Notes which reviews have photos, so that each review is loaded with its flag right at once. */
export async function seePhotos(
  photos: RowSource,
  { reviewsWithPhotos }: SeenIds,
  signal?: AbortSignal,
): Promise<void> {
  try {
    for await (const { rows } of photos.batches()) {
      await eventsFirst() // What is generated waits for nothing by itself: Ctrl-C would not be heard.
      signal?.throwIfAborted()
      for (const fields of rows) {
        const arranged = photos.layout?.arrange(fields, 0) ?? fields
        const [, review = ''] = 'reason' in arranged ? [] : arranged
        const id = readId(review)
        if (id !== undefined) reviewsWithPhotos.add(id)
      }
    }
  } catch (error) {
    throw scatteredIds(photos.name, error)
  }
}
