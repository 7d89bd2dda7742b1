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

/** The fields of a row in the order of `columnsOf`, or why there are none. */
export type Arranged = readonly string[] | { readonly reason: string }

/** How the rows of a source stand, where they do not stand as the public files have them. */
export interface Layout {
  /** How many fields a row has. */
  readonly width: number
  /** Puts the fields of a row in order; `row` counts the rows of the source from 1. */
  arrange(fields: readonly string[], row: number): Arranged
}

/** The rows of one table. They can be read again. */
export interface RowSource {
  readonly table: TableName
  /** What people know it by, e.g. the path of the file. */
  readonly name: string
  /** What `done` will be at the end: bytes of a file, rows of the generator. */
  readonly size: number
  /** Fields stand in the order of `columnsOf` without it. */
  readonly layout?: Layout | undefined
  batches(): AsyncIterable<RowBatch> | Iterable<RowBatch>
}

/** What is loaded: a source for each table that has rows. */
export type RowSources = Readonly<Partial<Record<TableName, RowSource>>>
