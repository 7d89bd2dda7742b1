// `reviews import`: the four CSV files of a folder, or one file of another layout with its map, into the
// database, in place of what was there.

import { basename, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import {
  connectCommand,
  refusalFile,
  runCommand,
  type Terminal,
  unusableInput,
} from '@plimsoll/service'
import { csvSource, openCsv } from './csv-source.ts'
import { dryRun } from './dry-run.ts'
import { csvFiles } from './files.ts'
import { load } from './load.ts'
import { mapLayout } from './map-layout.ts'
import { grouped, showProgress } from './progress.ts'
import { readReviewMap } from './review-map.ts'
import type { TableName } from './files.ts'
import type { LoadCounts, LoadOptions } from './load.ts'
import type { RowSource, RowSources } from './row-source.ts'

/** What `reviews import --help` says. */
export const importUsage = `reviews import (DIR | CSV --map MAP) [--dry-run] [--rejected FILE] [--replace]

Loads reviews.csv, reviews_photos.csv, characteristics.csv and characteristic_reviews.csv from DIR into the
database of DATABASE_URL, in place of the data of an earlier import. All or nothing; nobody reads meanwhile.
Rows that cannot be taken are written to FILE (rejected.csv unless given) with line and reason.

  --map MAP   load reviews from one CSV file of another layout; MAP is JSON that says where each column is,
              e.g. { "rating": { "column": "Stars" }, … }
  --dry-run   show the first rows as they would be taken, and what would be rejected; needs no database
  --replace   also delete reviews and votes that were posted since
`

/** Runs the command; resolves to its exit code. */
export function importCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const unfinished = 'Nothing was imported: the database is as it was before. Run it again.'
  return runCommand(terminal, {
    program: 'reviews',
    unfinished,
    body: (signal) => importFiles(args, terminal, signal),
  })
}

async function importFiles(
  args: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      map: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      rejected: { type: 'string', default: 'rejected.csv' },
      replace: { type: 'boolean', default: false },
    },
  })
  if (values.help === true) {
    terminal.stdout.write(importUsage)
    return 0
  }
  const [path] = positionals
  if (path === undefined || positionals.length > 1) {
    throw unusableInput(
      'Name one folder that holds the CSV files, or one CSV file and its map: reviews import DIR.',
    )
  }
  const started = performance.now()
  const isDry = values['dry-run']
  const sources = await openSources(path, values.map)
  const read = [
    ...Object.values(sources).map(({ name }) => name),
    ...(values.map === undefined ? [] : [values.map]),
  ]
  if (read.some((name) => resolve(name) === resolve(values.rejected))) {
    throw unusableInput(
      `The rejected rows would overwrite ${values.rejected}, which is to be read: name another file with --rejected.`,
    )
  }
  const openRefusals = () => refusalFile(values.rejected)
  const onEvent = showProgress({ to: terminal.stderr, now: () => performance.now() })
  const options = { sources, openRefusals, onEvent, signal }
  const counts = isDry
    ? await dryRun({ ...options, print: (text) => void terminal.stdout.write(text) })
    : await loadInto(terminal, { ...options, replace: values.replace })
  const seconds = (performance.now() - started) / 1000
  terminal.stdout.write(summary({ sources, counts, seconds }))
  if (Object.values(counts).some(({ rejected }) => rejected > 0)) {
    terminal.stdout.write(`Rejected rows, each with line and reason: ${values.rejected}\n`)
  }
  if (isDry) terminal.stdout.write('A dry run: nothing was imported.\n')
  return 0
}

async function loadInto(
  { env }: Terminal,
  options: Omit<LoadOptions, 'client'> & { readonly signal: AbortSignal },
): Promise<LoadCounts> {
  await using connection = await connectCommand({
    env,
    name: 'reviews',
    signal: options.signal,
  })
  return await load({ ...options, client: connection.client })
}

async function openSources(path: string, mapFile: string | undefined): Promise<RowSources> {
  if (mapFile === undefined) {
    const sources: Partial<Record<TableName, RowSource>> = {}
    for (const file of csvFiles) sources[file.table] = await csvSource(path, file)
    return sources
  }
  const map = await readReviewMap(mapFile)
  const reviews = await openCsv(path, {
    table: 'reviews',
    separator: map.separator,
    layout: (header) => mapLayout(map, { path, header }),
    expected: 'a header',
  })
  return { reviews }
}

/** The reconciliation as people read it: a line per file, then the whole. */
export function summary({
  sources,
  counts,
  seconds,
}: {
  sources: RowSources
  counts: LoadCounts
  seconds: number
}): string {
  const lines = Object.values(sources).map(({ table, name }) => {
    const { read = 0, accepted = 0, rejected = 0 } = counts[table] ?? {}
    const cells = [read, accepted, rejected].map((count) => grouped(count).padStart(12))
    return `${basename(name).padEnd(28)}${cells.join('')}\n`
  })
  const head = `${'file'.padEnd(28)}${['read', 'accepted', 'rejected'].map((word) => word.padStart(12)).join('')}\n`
  const rows = Object.values(counts).reduce((sum, { read }) => sum + read, 0)
  const rate = grouped(Math.round(rows / seconds))
  return `${head}${lines.join('')}${grouped(rows)} rows in ${seconds.toFixed(1)} s, ${rate} rows/s\n`
}
