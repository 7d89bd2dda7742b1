// `bitext-customer-support`: one CSV file, each row a question and its answer. The replies have line breaks and
// {{placeholders}}, which stay as they are. The rows name nobody: 500 customers ask in turn, and each category
// has an agent.

import { join } from 'node:path'
import { CsvSplitter, unusableInput, type Refusal } from '@plimsoll/service'

import { strictText, whyNot, type DataSet, type Piece } from './data-set.ts'
import { filesLike } from './files-like.ts'
import { readChunks } from './read-lines.ts'

const wanted = ['instruction', 'category', 'response'] as const
const customers = 500
/** A longer row is taken for a quote that was never closed. */
const longestRow = 1_048_576

type Columns = Readonly<Record<(typeof wanted)[number] | 'width', number>>

/** The data set. */
export const bitext: DataSet = {
  name: 'bitext-customer-support',
  row: 'row',
  async *read(folder) {
    const files = await filesLike(folder, { pattern: /\.csv$/i, expected: 'a CSV file' })
    for (const file of files) yield* readFile(folder, file)
  },
}

async function* readFile(folder: string, file: string): AsyncGenerator<Piece> {
  const path = join(folder, file)
  const splitter = new CsvSplitter()
  let columns: Columns | undefined
  let row = 0
  const pieces = function* ({ rows, lines }: ReturnType<CsvSplitter['push']>): Generator<Piece> {
    for (const [i, fields] of rows.entries()) {
      if (columns === undefined) columns = columnsOf(path, fields)
      else yield pieceOf(fields, { file, line: lines[i] ?? 0, row: (row += 1), columns })
    }
  }
  for await (const chunk of readChunks(path)) {
    yield* pieces(splitter.push(chunk))
    if (splitter.pending > longestRow) throw unclosed(path, splitter)
  }
  yield* pieces(splitter.end())
  if (splitter.pending > 0) throw unclosed(path, splitter)
  if (columns === undefined) throw unusableInput(`${path} is empty: expected a header.`)
}

function unclosed(path: string, { line, openQuoteLine }: CsvSplitter) {
  const reason =
    openQuoteLine === undefined
      ? 'is this a CSV file?'
      : `the quote opened on line ${openQuoteLine} is not closed. Was the file cut off?`
  return unusableInput(`${path} line ${line}: the row does not end: ${reason}`)
}

function columnsOf(path: string, header: readonly string[]): Columns {
  const names = header.map((name) => name.replace(/^\u00ef\u00bb\u00bf/, '').trim())
  const missing = wanted.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    const found = JSON.stringify(names.join(',').slice(0, 200))
    throw unusableInput(
      `${path} line 1: expected the columns ${wanted.join(', ')}; missing ${missing.join(', ')}, found ${found}.`,
    )
  }
  const at = (name: (typeof wanted)[number]) => names.indexOf(name)
  const [instruction, category, response] = [at('instruction'), at('category'), at('response')]
  return { instruction, category, response, width: names.length }
}

interface Place {
  readonly file: string
  readonly line: number
  /** Counted from 1, without the header. */
  readonly row: number
  readonly columns: Columns
}

function pieceOf(fields: readonly string[], { file, line, row, columns }: Place): Piece {
  const refuse = (reason: string): Piece => {
    const refusal: Refusal = { file, line, reason, fields }
    return { rows: 0, refused: [refusal] }
  }
  if (fields.length !== columns.width) {
    return refuse(`expected ${columns.width} columns, found ${fields.length}`)
  }
  const text = (column: number) => strictText(Buffer.from(fields[column] ?? '', 'latin1'))
  const question = text(columns.instruction)
  const answer = text(columns.response)
  const category = text(columns.category)
  if (question === undefined || answer === undefined || category === undefined) {
    return refuse('is not UTF-8')
  }
  const reason = [
    ['instruction', whyNot(question)],
    ['response', answer === '' ? undefined : whyNot(answer)],
    ['category', /^[A-Za-z_ -]{1,50}$/.test(category) ? undefined : 'is no name'],
  ].find(([, why]) => why !== undefined)
  if (reason !== undefined) return refuse(`${reason[0]} ${reason[1]}`)
  const asker = `bitext_customer_${((row - 1) % customers) + 1}`
  const agent = `bitext_agent_${category.toLowerCase().replaceAll(/[ -]/g, '_')}`
  const asked = { by: asker, text: question }
  const turns = answer === '' ? [asked] : [asked, { by: agent, text: answer }]
  return {
    rows: 1,
    transcript: { key: `${file}:${row}`, asker, turns },
    refused: [],
    where: { file, line },
  }
}
