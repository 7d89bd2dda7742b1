// Rows out of one CSV file, 64 KB at a time. Finds the file, checks its header, and says
// with file and line what makes a file unusable as a whole; single bad rows are left to the mapping.

import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CsvSplitter } from './csv-splitter.ts'
import { unusableInput } from '../terminal/command-error.ts'
import type { SplitRows } from './csv-splitter.ts'
import type { CsvFile } from './files.ts'
import type { RowBatch, RowSource } from './row-source.ts'

const chunkBytes = 65_536
/** A longer row is taken for a quote that was never closed. */
const longestRow = 1_048_576
const byteOrderMark = '\u00ef\u00bb\u00bf'

/** Finds the file in the folder under one of its names. Throws an CommandError when it is not there. */
export async function csvSource(folder: string, file: CsvFile): Promise<RowSource> {
  const present = await readdir(folder).catch((cause: unknown) => {
    throw unusableInput(`${folder} is not a folder that can be read.`, cause)
  })
  const name = file.names.find((name) => present.includes(name))
  if (name === undefined) {
    throw unusableInput(`${folder} does not hold ${file.names.join(' or ')}.`)
  }
  const path = join(folder, name)
  const { size } = await stat(path)
  return { table: file.table, name: path, size, batches: () => readRows(path, file) }
}

async function* readRows(path: string, file: CsvFile): AsyncGenerator<RowBatch> {
  const splitter = new CsvSplitter()
  let done = 0
  let mayBeMangled = false
  let columns: readonly number[] | undefined
  const batch = ({ rows, lines }: SplitRows): RowBatch => {
    const header = columns === undefined ? rows.shift() : undefined
    if (header !== undefined) {
      lines.shift()
      columns = columnOrder(path, file, header)
    }
    const isInOrder = columns?.every((from, to) => from === to) ?? true
    const ordered = isInOrder ? rows : rows.map((row) => reorder(row, columns ?? []))
    return { rows: ordered, lines, done, mayBeMangled }
  }
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const bytes = chunk as Buffer
    let text = bytes.toString('latin1')
    if (done === 0) {
      if (bytes.includes(0)) throw unusableInput(`${path} is a binary file, not CSV in UTF-8.`)
      if (text.startsWith(byteOrderMark)) text = text.slice(byteOrderMark.length)
    }
    done += bytes.length
    const isClean = isUtf8(bytes) && !bytes.includes(0)
    mayBeMangled = !isClean || (mayBeMangled && splitter.pending > 0)
    yield batch(splitter.push(text))
    if (splitter.pending > longestRow) throw tooLong(path, splitter)
  }
  yield batch(splitter.end())
  if (splitter.pending > 0) {
    throw unusableInput(
      `${path}: the file ends inside the quoted field that was opened on line ${splitter.openQuoteLine}. It was probably cut off.`,
    )
  }
  if (columns === undefined) {
    throw unusableInput(`${path} is empty: expected the header ${file.columns.join(',')}.`)
  }
}

/** For each column that is wanted, where it stands in this file. */
function columnOrder(path: string, file: CsvFile, header: readonly string[]): readonly number[] {
  const found = header.map((name) => name.trim())
  const isComplete = file.columns.every((name) => found.includes(name))
  if (!isComplete || found.length !== file.columns.length) {
    const shown = header.join(',').slice(0, 200)
    throw unusableInput(
      `${path} line 1: expected the header ${file.columns.join(',')}, found ${JSON.stringify(shown)}.`,
    )
  }
  return file.columns.map((name) => found.indexOf(name))
}

/** A row with too few or too many fields stays as it is: the mapping refuses it. */
function reorder(row: string[], columns: readonly number[]): string[] {
  return row.length === columns.length ? columns.map((from) => row[from] ?? '') : row
}

function tooLong(path: string, { line, openQuoteLine }: CsvSplitter) {
  const reason =
    openQuoteLine === undefined
      ? 'is this a CSV file?'
      : `the quote opened on line ${openQuoteLine} is probably not closed.`
  return unusableInput(`${path} line ${line}: this row is longer than 1 MiB: ${reason}`)
}
