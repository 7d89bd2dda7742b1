// `reviews import DIR`: the four CSV files of a folder into the database, in place of what was there.

import { basename } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { connect } from '../terminal/connection.ts'
import { unusableInput } from '../terminal/command-error.ts'
import { runCommand } from '../terminal/terminal.ts'
import { csvSource } from './csv-source.ts'
import { csvFiles } from './files.ts'
import { load } from './load.ts'
import { grouped, showProgress } from './progress.ts'
import { refusalFile } from './refusals.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { TableName } from './files.ts'
import type { LoadCounts } from './load.ts'
import type { RowSource } from './row-source.ts'

/** What `reviews import --help` says. */
export const importUsage = `reviews import DIR [--rejected FILE] [--replace]

Loads reviews.csv, reviews_photos.csv, characteristics.csv and characteristic_reviews.csv from DIR into the
database of DATABASE_URL, in place of the data of an earlier import. All or nothing: readers wait meanwhile.
Rows that cannot be taken are written to FILE (rejected.csv unless given) with line and reason.

  --replace   also delete reviews and votes that were posted since
`

/** Runs the command; resolves to its exit code. */
export function importCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const interrupted = 'Interrupted. Nothing was imported: the database is as it was before.'
  return runCommand(terminal, {
    interrupted,
    body: (signal) => importFolder(args, terminal, signal),
  })
}

async function importFolder(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      rejected: { type: 'string', default: 'rejected.csv' },
      replace: { type: 'boolean', default: false },
    },
  })
  if (values.help === true) {
    terminal.stdout.write(importUsage)
    return 0
  }
  const [folder] = positionals
  if (folder === undefined || positionals.length > 1) {
    throw unusableInput(`Name one folder that holds the CSV files: reviews import DIR.`)
  }
  const started = performance.now()
  const sources = await folderSources(folder)
  await using connection = await connect(terminal.env, signal)
  await using refusals = await refusalFile(values.rejected)
  const onEvent = showProgress({ to: terminal.stderr, now: () => performance.now() })
  const { client } = connection
  const counts = await load({ client, sources, refusals, onEvent, replace: values.replace, signal })
  const seconds = (performance.now() - started) / 1000
  terminal.stdout.write(summary({ sources, counts, seconds }))
  if (Object.values(counts).some(({ rejected }) => rejected > 0)) {
    terminal.stdout.write(`Rejected rows, each with line and reason: ${values.rejected}\n`)
  }
  return 0
}

/** One source for each of the four files. Throws a CommandError when one is not there. */
export async function folderSources(folder: string): Promise<Record<TableName, RowSource>> {
  const sources: Partial<Record<TableName, RowSource>> = {}
  for (const file of csvFiles) sources[file.table] = await csvSource(folder, file)
  return sources as Record<TableName, RowSource>
}

/** The reconciliation as people read it: a line per file, then the whole. */
export function summary({
  sources,
  counts,
  seconds,
}: {
  sources: Readonly<Record<TableName, RowSource>>
  counts: LoadCounts
  seconds: number
}): string {
  const lines = csvFiles.map(({ table }) => {
    const { read, accepted, rejected } = counts[table]
    const cells = [read, accepted, rejected].map((count) => grouped(count).padStart(12))
    return `${basename(sources[table].name).padEnd(28)}${cells.join('')}\n`
  })
  const head = `${'file'.padEnd(28)}${['read', 'accepted', 'rejected'].map((word) => word.padStart(12)).join('')}\n`
  const rows = Object.values(counts).reduce((sum, { read }) => sum + read, 0)
  const rate = grouped(Math.round(rows / seconds))
  return `${head}${lines.join('')}${grouped(rows)} rows in ${seconds.toFixed(1)} s, ${rate} rows/s\n`
}
