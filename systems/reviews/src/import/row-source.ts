// Where rows come from: a CSV file, or the generator without a file between. Text is one character per
// byte (latin1), so that bytes pass from the file to the database untouched, however they were mangled.

import type { TableName } from './files.ts'

/** Some rows in file order. */
export interface RowBatch {
  readonly rows: readonly (readonly string[])[]
  /** The line on which each row begins, counted from 1; the header is line 1. */
  readonly lines: readonly number[]
  /** How much of the source was read by the end of this batch, in its own measure, for the progress. */
  readonly done: number
  /** Whether a row might hold bytes that are not UTF-8, or NUL: each is then looked at. */
  readonly mayBeMangled: boolean
}

/** The rows of one table, fields in the order of its columns in `csvFiles`. Read once. */
export interface RowSource {
  readonly table: TableName
  /** What people know it by, e.g. the path of the file. */
  readonly name: string
  /** What `done` will be at the end: bytes of a file, rows of the generator. */
  readonly size: number
  batches(): AsyncIterable<RowBatch> | Iterable<RowBatch>
}
