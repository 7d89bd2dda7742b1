// A batch of rows as lines of COPY, and those that were refused: what `import` sends and `--dry-run` shows.

import { isUtf8 } from 'node:buffer'
import { type Refusal, unusableInput } from '@plimsoll/service'
import { columnsOf } from './files.ts'
import { mapRow } from './row-mapping.ts'
import type { MappedRow, SeenIds } from './row-mapping.ts'
import type { RowBatch, RowSource } from './row-source.ts'

/** How a batch was taken. */
export interface MappedBatch {
  /** Lines of COPY, each with its line end. */
  readonly copy: string
  /** With the fields as they stand in the source. */
  readonly refused: readonly Refusal[]
}

/**
 * Maps the rows of a batch; `rowsBefore` is how many rows of the source came before it. Throws a CommandError
 * when the ids of the source cannot be remembered.
 */
export function mapBatch(
  source: RowSource,
  batch: RowBatch,
  { seen, rowsBefore }: { seen: SeenIds; rowsBefore: number },
): MappedBatch {
  const refused: Refusal[] = []
  let copy = ''
  for (const [index, fields] of batch.rows.entries()) {
    const line = batch.lines[index] ?? 0
    const reason = refuseFields(source, { fields, mayBeMangled: batch.mayBeMangled })
    const mapped = reason ?? take(source, { fields, row: rowsBefore + index + 1, line, seen })
    if ('copy' in mapped) copy += `${mapped.copy}\n`
    else refused.push({ file: source.name, line, reason: mapped.reason, fields })
  }
  return { copy, refused }
}

function refuseFields(
  { table, layout }: RowSource,
  { fields, mayBeMangled }: { fields: readonly string[]; mayBeMangled: boolean },
): { readonly reason: string } | undefined {
  const expected = layout?.width ?? columnsOf[table].length
  if (fields.length !== expected) {
    return { reason: `expected ${expected} fields, found ${fields.length}` }
  }
  if (!mayBeMangled) return undefined
  const text = fields.join(',')
  if (text.includes('\0')) return { reason: 'holds a NUL byte' }
  return isUtf8(Buffer.from(text, 'latin1')) ? undefined : { reason: 'is not UTF-8' }
}

interface Place {
  readonly fields: readonly string[]
  readonly row: number
  readonly line: number
  readonly seen: SeenIds
}

function take({ table, name, layout }: RowSource, { fields, row, line, seen }: Place): MappedRow {
  const arranged = layout === undefined ? fields : layout.arrange(fields, row)
  if ('reason' in arranged) return arranged
  try {
    return mapRow(table, arranged, seen)
  } catch (cause) {
    throw scatteredIds(`${name} line ${line}`, cause)
  }
}

/** What to throw when an `IdSet` took no more: an error that says where, unless it is another one. */
export function scatteredIds(where: string, cause: unknown): unknown {
  if (!(cause instanceof RangeError)) return cause
  return unusableInput(`${where}: ${cause.message}. Number the rows from 1.`, cause)
}
