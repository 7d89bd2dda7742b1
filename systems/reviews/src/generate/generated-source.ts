// The generated rows as a source of an import, without files between.

import { totalReviews } from './popularity.ts'
import { tableRows } from './products.ts'
import type { TableName } from '../import/files.ts'
import type { RowBatch, RowSource } from '../import/row-source.ts'
import type { DataSetOptions } from './products.ts'

const rowsPerBatch = 2_000
/** Rows per review, about: only for the progress. */
const rowsPerReview: Readonly<Record<TableName, number>> = {
  reviews: 1,
  characteristics: 3.35 / 5.8,
  photos: 0.47,
  answers: 3.35,
}

/** The rows of one table as `reviews import` would read them from its file. */
export function generatedSource(table: TableName, options: DataSetOptions): RowSource {
  const size = Math.ceil(totalReviews(options.products) * rowsPerReview[table])
  return { table, name: `generated ${table}`, size, batches: () => batches(table, options) }
}

function* batches(table: TableName, options: DataSetOptions): Generator<RowBatch> {
  let rows: string[][] = []
  let done = 0
  const batch = () => {
    const first = done + 2 // The header would be line 1.
    done += rows.length
    return { rows, lines: rows.map((_, index) => first + index), done, mayBeMangled: false }
  }
  for (const row of tableRows(table, options)) {
    rows.push(row)
    if (rows.length < rowsPerBatch) continue
    yield batch()
    rows = []
  }
  yield batch()
}
