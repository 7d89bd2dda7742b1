// Rows out of one CSV file, 64 KB at a time. Finds the file, reads its header, and says with file and line
// what makes a file unusable as a whole; single bad rows are left to the mapping.

import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandError, CsvSplitter, type SplitRows, unusableInput } from '@plimsoll/service'
import { fromBytes } from './byte-text.ts'
import type { CsvFile, TableName } from './files.ts'
import type { Layout, RowBatch, RowSource } from './row-source.ts'

const chunkBytes = 65_536
/** A longer row is taken for a quote that was never closed. */
const longestRow = 1_048_576
const byteOrderMark = '\u00ef\u00bb\u00bf'
/** How files begin that people take for CSV. */
const mistaken: readonly (readonly [start: string, what: string])[] = [
  ['PK\u0003\u0004', ' (a spreadsheet or a ZIP archive: export or unpack it)'],
  ['\u001f\u008b', ' (packed with gzip: unpack it)'],
  ['\u00ff\u00fe', ' (text in UTF-16: save it as UTF-8)'],
  ['\u00fe\u00ff', ' (text in UTF-16: save it as UTF-8)'],
]

/** A CSV file of any layout. */
export interface CsvOptions {
  readonly table: TableName
  readonly separator?: string | undefined
  /** How its rows stand, told from its header. Throws a CommandError when they cannot be used. */
  layout(header: readonly string[]): Layout | undefined
  /** What the header of an empty file should have been. */
  readonly expected: string
}

/** Finds one of the four files in the folder. Throws a CommandError when it is missing or has another header. */
export async function csvSource(folder: string, file: CsvFile): Promise<RowSource> {
  const present = await readdir(folder).catch((cause: unknown) => {
    throw unusableInput(
      `${folder} is not a folder that can be read. One CSV file needs --map.`,
      cause,
    )
  })
  const name = file.names.find((name) => present.includes(name))
  if (name === undefined) {
    throw unusableInput(`${folder} does not hold ${file.names.join(' or ')}.`)
  }
  const path = join(folder, name)
  const { table, columns } = file
  const layout = (header: readonly string[]) => columnOrder(path, { file, header })
  return openCsv(path, { table, layout, expected: `the header ${columns.join(',')}` })
}

/** Reads the header of a CSV file. Throws a CommandError when there is none that can be used. */
export async function openCsv(path: string, options: CsvOptions): Promise<RowSource> {
  const { table, separator, expected } = options
  const info = await stat(path).catch((cause: unknown) => {
    throw unusableInput(`${path} is not there, or may not be read.`, cause)
  })
  if (!info.isFile()) throw unusableInput(`${path} is not a file.`)
  for await (const { rows } of readRows(path, separator)) {
    const [header] = rows
    if (header === undefined) continue
    const layout = options.layout(header)
    const batches = () => withoutHeader(readRows(path, separator))
    return { table, name: path, size: info.size, layout, batches }
  }
  throw unusableInput(`${path} is empty: expected ${expected}.`)
}

async function* withoutHeader(batches: AsyncIterable<RowBatch>): AsyncGenerator<RowBatch> {
  let isHeaderNext = true
  for await (const batch of batches) {
    if (!isHeaderNext || batch.rows.length === 0) yield batch
    else yield { ...batch, rows: batch.rows.slice(1), lines: batch.lines.slice(1) }
    isHeaderNext &&= batch.rows.length === 0
  }
}

/** All rows, the header among them. */
async function* readRows(path: string, separator: string | undefined): AsyncGenerator<RowBatch> {
  const splitter = new CsvSplitter(separator)
  let done = 0
  let mayBeMangled = false
  const batch = ({ rows, lines }: SplitRows): RowBatch => ({ rows, lines, done, mayBeMangled })
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const bytes = chunk as Buffer
    let text = bytes.toString('latin1')
    if (done === 0) {
      if (bytes.includes(0)) throw notText(path, text)
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
}

interface Columns {
  readonly file: CsvFile
  readonly header: readonly string[]
}

/** Undefined when the columns stand in their usual order. */
function columnOrder(path: string, { file, header }: Columns): Layout | undefined {
  const found = header.map((name) => name.trim())
  const isComplete = file.columns.every((name) => found.includes(name))
  if (!isComplete || found.length !== file.columns.length) {
    const shown = fromBytes(header.join(',').slice(0, 200))
    throw unusableInput(
      `${path} line 1: expected the header ${file.columns.join(',')}, found ${JSON.stringify(shown)}.`,
    )
  }
  const order = file.columns.map((name) => found.indexOf(name))
  if (order.every((from, to) => from === to)) return undefined
  return { width: order.length, arrange: (fields) => order.map((from) => fields[from] ?? '') }
}

function notText(path: string, text: string): CommandError {
  const [, what = ''] = mistaken.find(([start]) => text.startsWith(start)) ?? []
  return unusableInput(`${path} is a binary file${what}, not CSV in UTF-8.`)
}

function tooLong(path: string, { line, openQuoteLine }: CsvSplitter): CommandError {
  const reason =
    openQuoteLine === undefined
      ? 'is this a CSV file?'
      : `the quote opened on line ${openQuoteLine} is probably not closed.`
  return unusableInput(`${path} line ${line}: this row is longer than 1 MiB: ${reason}`)
}
