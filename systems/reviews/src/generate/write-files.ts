// Writes the four CSV files, one after the other, with the header and the quoting of the public ones.
// Each is written beside its place and moved there when complete, so no half file has a file's name.

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
  readonly onFile: (file: { path: string; rows: number }) => void
  readonly signal?: AbortSignal | undefined
}

/** Writes the files of a generated data set. Throws what the file system throws. */
export async function writeFiles(options: WriteOptions): Promise<void> {
  const { folder, onFile, signal } = options
  await mkdir(folder, { recursive: true })
  for (const file of csvFiles) {
    const path = join(folder, file.names[0])
    const unfinished = `${path}.unfinished`
    let rows = 0
    try {
      const text = csvText(file, options, (written) => {
        rows = written
      })
      await pipeline(text, createWriteStream(unfinished), { signal })
      await rename(unfinished, path)
    } finally {
      await rm(unfinished, { force: true })
    }
    onFile({ path, rows })
  }
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
