// A map and the header of an export become one function per column of a review.

import { unusableInput } from '@plimsoll/service'
import { fromBytes } from './byte-text.ts'
import { dateReader } from './date-format.ts'
import { readCount } from './dirty-values.ts'
import { columnsOf } from './files.ts'
import { refuse } from './row-mapping.ts'
import type { ColumnRule, ReviewColumn, ReviewMap, Rule } from './review-map.ts'
import type { Layout } from './row-source.ts'

/** The value of one column, or why the row cannot be taken. */
type Value = string | { readonly reason: string }
type ValueReader = (fields: readonly string[], row: number) => Value

/** How the rows of the export become reviews. Throws a CommandError for columns that are not in its header. */
export function mapLayout(
  map: ReviewMap,
  { path, header }: { path: string; header: readonly string[] },
): Layout {
  // As characters: the second byte of à alone is a space, which would be trimmed.
  const names = header.map((name) => fromBytes(name).trim())
  const faults: string[] = []
  const place = (rule: Rule | undefined, column: ReviewColumn): number => {
    if (rule === undefined || 'constant' in rule) return -1
    const wanted = fromBytes(rule.column)
    const matches = names.filter((name) => name === wanted).length
    if (matches !== 1) {
      const found = matches === 0 ? 'no such column' : `${matches} of them`
      faults.push(`${column}: expected one column ${JSON.stringify(wanted)}, found ${found}`)
    }
    return names.indexOf(wanted)
  }
  const readers = columnsOf.reviews.map((column): ValueReader => {
    const rule = map.rules[column]
    return valueReader(column, { rule, at: place(rule, column) })
  })
  if (faults.length > 0) {
    throw unusableInput(
      `The map ${map.name} does not fit ${path}, whose columns are ${names.map((name) => JSON.stringify(name)).join(', ')}:\n${faults.join('\n')}`,
    )
  }
  return { width: names.length, arrange: (fields, row) => arrange(readers, fields, row) }
}

function arrange(
  readers: readonly ValueReader[],
  fields: readonly string[],
  row: number,
): readonly string[] | { readonly reason: string } {
  const arranged: string[] = []
  for (const read of readers) {
    const value = read(fields, row)
    if (typeof value !== 'string') return value
    arranged.push(value)
  }
  return arranged
}

function valueReader(
  column: ReviewColumn,
  { rule, at }: { rule: Rule | undefined; at: number },
): ValueReader {
  if (rule === undefined) return (_, row) => String(row)
  if ('constant' in rule) return () => rule.constant
  const read = converter(`${column} (column "${rule.column}")`, rule)
  const { when_empty: whenEmpty = '' } = rule
  return (fields) => read(fields[at] || whenEmpty)
}

function converter(what: string, rule: ColumnRule): (text: string) => Value {
  const { add, format, true: truths, false: falsehoods } = rule
  if (add !== undefined) {
    return (text) => {
      const value = readCount(text)
      return value === undefined ? refuse(what, 'a whole number', text) : String(value + add)
    }
  }
  if (format !== undefined) {
    const read = dateReader(format)
    return (text) => read?.(text)?.toString() ?? refuse(what, `a date as ${format}`, text)
  }
  if (truths === undefined && falsehoods === undefined) return (text) => text
  const expected = [...(truths ?? []), ...(falsehoods ?? [])]
    .map((text) => `"${text}"`)
    .join(' or ')
  return (text) => {
    if (truths?.includes(text) === true) return 'true'
    if (falsehoods?.includes(text) === true) return 'false'
    if (falsehoods === undefined) return 'false'
    return truths === undefined ? 'true' : refuse(what, expected, text)
  }
}
