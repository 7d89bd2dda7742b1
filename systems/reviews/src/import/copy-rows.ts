// Streams one source through the mapping into COPY, and counts. Memory holds a batch, whatever the size:
// the source is read only as fast as the database takes rows.

import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as eventsFirst } from 'node:timers/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { readId } from './dirty-values.ts'
import { csvFiles } from './files.ts'
import { copyColumns, mapRow } from './row-mapping.ts'
import type { ClientBase } from 'pg'
import type { Refusal, Refusals } from './refusals.ts'
import type { MappedRow, SeenIds } from './row-mapping.ts'
import type { RowBatch, RowSource } from './row-source.ts'

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
  /** The table, and how COPY is to treat its rows. */
  readonly target: { readonly table: string; readonly isFrozen: boolean }
  readonly seen: SeenIds
  readonly refusals: Refusals
  readonly onEvent: (event: ImportEvent) => void
  readonly signal?: AbortSignal | undefined
}

const columnCounts = new Map(csvFiles.map(({ table, columns }) => [table, columns.length]))

/** Copies every acceptable row of the source into its table. */
export async function copyRows(source: RowSource, options: CopyOptions): Promise<RowCounts> {
  const { client, target, seen, refusals, onEvent } = options
  let counts: RowCounts = { read: 0, accepted: 0, rejected: 0 }
  async function* copyData() {
    for await (const batch of source.batches()) {
      const { copy, refused } = mapBatch(source, batch, seen)
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
  const format = target.isFrozen ? '(format text, freeze)' : '(format text)'
  const copy = client.query(copyFrom(`copy ${target.table} (${columns}) from stdin ${format}`))
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
  for await (const { rows } of photos.batches()) {
    await eventsFirst() // What is generated waits for nothing by itself: Ctrl-C would not be heard.
    signal?.throwIfAborted()
    for (const [, review = ''] of rows) {
      const id = readId(review)
      if (id !== undefined) reviewsWithPhotos.add(id)
    }
  }
}

function mapBatch(source: RowSource, { rows, lines, mayBeMangled }: RowBatch, seen: SeenIds) {
  const expected = columnCounts.get(source.table) ?? 0
  const refused: Refusal[] = []
  let copy = ''
  for (const [index, fields] of rows.entries()) {
    const mapped =
      fields.length === expected
        ? ((mayBeMangled ? refuseMangled(fields) : undefined) ?? mapRow(source.table, fields, seen))
        : { reason: `expected ${expected} fields, found ${fields.length}` }
    if ('copy' in mapped) copy += `${mapped.copy}\n`
    else refused.push({ file: source.name, line: lines[index] ?? 0, reason: mapped.reason, fields })
  }
  return { copy, refused }
}

function refuseMangled(fields: readonly string[]): MappedRow | undefined {
  const text = fields.join(',')
  if (text.includes('\0')) return { reason: 'holds a NUL byte' }
  return isUtf8(Buffer.from(text, 'latin1')) ? undefined : { reason: 'is not UTF-8' }
}
