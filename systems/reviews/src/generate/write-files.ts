// Writes the four CSV files, one after the other, with the header and the quoting of the public ones.
// All are written beside their places and moved there when they are complete, so no half data set has their names.

import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { csvFiles } from '../import/files.ts'
import { tableRows } from './products.ts'
import type { CsvFile } from '../import/files.ts'
import type { DataSetOptions } from './products.ts'

const chunkCharacters = 65_536

export interface WriteOptions extends DataSetOptions {
  /** The folder, made when it is not there. */
  readonly folder: string
  /** Told when one is written; all are in their places when this has resolved. */
  readonly onFile: (file: { path: string; rows: number }) => void
  readonly signal?: AbortSignal | undefined
}

/** Writes the files of a generated data set. Throws what the file system throws. */
export async function writeFiles(options: WriteOptions): Promise<void> {
  const { folder, onFile, signal } = options
  await mkdir(folder, { recursive: true })
  const paths = csvFiles.map(({ names }) => join(folder, names[0]))
  try {
    for (const [n, file] of csvFiles.entries()) {
      const path = paths[n] ?? ''
      let rows = 0
      const text = csvText(file, options, (written) => {
        rows = written
      })
      await pipeline(text, createWriteStream(unfinished(path)), { signal })
      onFile({ path, rows })
    }
    // Without the first one there is no data set: a crash on the way leaves none of two halves.
    const [first = ''] = paths
    await rm(first, { force: true })
    for (const path of paths.toReversed()) await rename(unfinished(path), path)
  } finally {
    for (const path of paths) await rm(unfinished(path), { force: true })
  }
}

function unfinished(path: string): string {
  return `${path}.unfinished`
}

/** The text of one file in pieces of about 64 KB. */
export function* csvText(
  file: CsvFile,
  options: DataSetOptions,
  onRows: (rows: number) => void = () => undefined,
): Generator<string> {
  const isText = file.columns.map((column) => file.text.has(column))
  let text = `${file.columns.join(',')}\n`
  let rows = 0
  for (const row of tableRows(file.table, options)) {
    rows += 1
    text += `${row.map((field, at) => csvField(field, isText[at] === true)).join(',')}\n`
    if (text.length < chunkCharacters) continue
    yield text
    text = ''
  }
  yield text
  onRows(rows)
}

/** A missing response is the bare word null, as in the later release of the public files. */
function csvField(field: string, isText: boolean): string {
  return isText && field !== 'null' ? `"${field.replaceAll('"', '""')}"` : field
}
