// `reviews import --dry-run`: reads and maps everything as an import would and needs no database. Shows the first
// rows as the database would hold them, and the first that would be rejected.

import { setImmediate as eventsFirst } from 'node:timers/promises'
import { fromBytes } from './byte-text.ts'
import { seePhotos } from './copy-rows.ts'
import { readCopyLine, type Refusal, type Refusals } from '@plimsoll/service'
import { csvFiles } from './files.ts'
import { requireReviews, type LoadCounts } from './load.ts'
import { mapBatch } from './map-batch.ts'
import { copyColumns, noIdsSeen } from './row-mapping.ts'
import type { ImportEvent } from './copy-rows.ts'
import type { MappedBatch } from './map-batch.ts'
import type { SeenIds } from './row-mapping.ts'
import type { RowBatch, RowSource, RowSources } from './row-source.ts'

export interface DryRunOptions {
  readonly sources: RowSources
  readonly openRefusals: () => Promise<Refusals>
  readonly onEvent: (event: ImportEvent) => void
  readonly print: (text: string) => void
  readonly signal?: AbortSignal | undefined
}

const shownRows = 3
const shownRefusals = 10
const longestValue = 100

/** Maps every source and prints what would be taken and what not; resolves to the counts. */
export async function dryRun(options: DryRunOptions): Promise<LoadCounts> {
  const { sources, signal } = options
  await using refusals = await options.openRefusals()
  const seen = noIdsSeen({ hasAnswers: sources.answers !== undefined })
  if (sources.photos !== undefined) await seePhotos(sources.photos, seen, signal)
  const counts: Record<string, LoadCounts[keyof LoadCounts]> = {}
  for (const { table } of csvFiles) {
    const source = sources[table]
    if (source === undefined) continue
    const found = await tryRows(source, { ...options, refusals, seen })
    if (table === 'reviews') requireReviews(source, found)
    counts[table] = found
  }
  return counts
}

async function tryRows(
  source: RowSource,
  options: DryRunOptions & { refusals: Refusals; seen: SeenIds },
) {
  const { refusals, onEvent, print, seen, signal } = options
  let counts = { read: 0, accepted: 0, rejected: 0 }
  const taken: string[] = []
  const refused: Refusal[] = []
  for await (const batch of source.batches()) {
    await eventsFirst() // Files come from memory when they were just read: Ctrl-C would not be heard.
    signal?.throwIfAborted()
    const mapped = mapBatch(source, batch, { seen, rowsBefore: counts.read })
    const read = counts.read + batch.rows.length
    const rejected = counts.rejected + mapped.refused.length
    counts = { read, accepted: read - rejected, rejected }
    if (taken.length < shownRows) taken.push(...takenRows(source, batch, mapped))
    refused.push(...mapped.refused.slice(0, shownRefusals - refused.length))
    if (mapped.refused.length > 0) await refusals.write(mapped.refused)
    onEvent({ kind: 'rows', source, counts, done: batch.done })
  }
  onEvent({ kind: 'loaded', source, counts })
  print(`\n${source.name}\n${taken.slice(0, shownRows).join('')}`)
  for (const { line, reason } of refused) print(`  line ${line} rejected: ${fromBytes(reason)}\n`)
  return counts
}

/** The first rows of a batch that are taken, each with its line and a line per column. */
function takenRows(
  { table }: RowSource,
  { lines }: RowBatch,
  { copy, refused }: MappedBatch,
): string[] {
  const refusedLines = new Set(refused.map(({ line }) => line))
  const takenLines = lines.filter((line) => !refusedLines.has(line))
  return takenLines.slice(0, shownRows).map((line, at) => {
    const values = readCopyLine(copy.split('\n', shownRows)[at] ?? '')
    const cells = copyColumns[table].map(
      (column, index) => `    ${column.padEnd(18)}${shown(values[index] ?? null)}\n`,
    )
    return `  line ${line} taken as\n${cells.join('')}`
  })
}

function shown(value: string | null): string {
  if (value === null) return 'null'
  const text = fromBytes(value)
  return JSON.stringify(text.length > longestValue ? `${text.slice(0, longestValue)}...` : text)
}
