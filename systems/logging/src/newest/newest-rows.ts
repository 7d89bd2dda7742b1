// The newest records of some, as the cache keeps them, and the mark below which some may be missing.

import { readCopyLine } from '@plimsoll/service'

import { jsonOf } from '../read/record-json.ts'
import { timestampOf } from '../records/record-id.ts'

/** Rows in no order; every record above the mark is among them. */
export interface NewestRows {
  readonly rows: readonly string[]
  /** An id; empty when nothing is missing. */
  readonly mark: string
}

/** The longest record that is kept as a row, in characters; the mark lies above a longer one. */
export const longestRow = 16_384

const idLength = 36
const lineFeed = 10
const isoForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

interface Line {
  readonly id: string
  readonly piece: Buffer
  readonly start: number
  readonly end: number
}

/** The newest rows of so many COPY lines; undefined when a line is not as the edge writes it. */
export function newestRowsOf(
  pieces: readonly Buffer[],
  keep: number,
): (NewestRows & { readonly lines: number }) | undefined {
  const lines = pieces.flatMap(linesIn)
  if (lines.length > keep) lines.sort((a, b) => (a.id < b.id ? 1 : -1))
  let mark = lines[keep]?.id ?? ''
  const rows: string[] = []
  for (const { id, piece, start, end } of lines.slice(0, keep)) {
    if (end - start > longestRow) {
      if (timestampOf(id) === undefined) return undefined
      if (id > mark) mark = id
      continue
    }
    const row = rowOf(piece.toString('utf8', start, end))
    if (row === undefined) return undefined
    rows.push(row)
  }
  return { rows, mark, lines: lines.length }
}

function linesIn(piece: Buffer): Line[] {
  const lines: Line[] = []
  for (let start = 0; start < piece.length;) {
    const found = piece.indexOf(lineFeed, start)
    const end = found === -1 ? piece.length : found
    lines.push({ id: piece.toString('latin1', start, start + idLength), piece, start, end })
    start = end + 1
  }
  return lines
}

/** What PostgreSQL would read from a line, where that is certain. */
function rowOf(line: string): string | undefined {
  const fields = readCopyLine(line)
  const [id, timestamp, level, service, message, receivedAt] = fields
  const isPlain =
    fields.length === 6 &&
    typeof id === 'string' &&
    typeof timestamp === 'string' &&
    typeof level === 'string' &&
    typeof message === 'string' &&
    typeof receivedAt === 'string' &&
    isoForm.test(timestamp) &&
    isoForm.test(receivedAt) &&
    timestampOf(id) === Date.parse(timestamp)
  if (!isPlain) return undefined
  return jsonOf({ id, timestamp, level, service: service ?? null, message, receivedAt })
}
