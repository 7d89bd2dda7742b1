// The file of `--map`: where each column of a review is in another shop's export. Read and checked as a whole,
// all faults at once, before a row is looked at. Texts are kept as the export is, one character per byte.

import { readFile } from 'node:fs/promises'
import { unusableInput } from '@plimsoll/service'
import { fromBytes, toBytes } from './byte-text.ts'
import { dateReader } from './date-format.ts'
import { columnsOf } from './files.ts'
import { mapRow, noIdsSeen } from './row-mapping.ts'

/** A column of a review. */
export type ReviewColumn = (typeof columnsOf.reviews)[number]

/** Where the values of one column come from: from a column of the export, or from nowhere. */
export type Rule = { readonly constant: string } | ColumnRule

/** A column of the export, and how its values are read. */
export interface ColumnRule {
  readonly column: string
  /** Taken where the field is empty. */
  readonly when_empty?: string
  /** Added to an id, for exports that count from 0. */
  readonly add?: number
  /** What stands for true. With one of the two lists, everything else is the other. */
  readonly true?: readonly string[]
  readonly false?: readonly string[]
  readonly format?: string
}

/** A map as it was read. Without a rule for `id` the rows are numbered. */
export interface ReviewMap {
  /** What people know it by: its path. */
  readonly name: string
  readonly separator: string
  readonly rules: Readonly<Record<Exclude<ReviewColumn, 'id'>, Rule>> & { readonly id?: Rule }
}

const usual: Partial<Record<ReviewColumn, Rule>> = {
  reported: { constant: 'false' },
  reviewer_email: { constant: '' },
  response: { constant: '' },
  helpfulness: { constant: '0' },
}
/** Members that only some columns may have. */
const membersOf: Partial<Record<ReviewColumn, readonly string[]>> = {
  id: ['add'],
  product_id: ['add'],
  date: ['format'],
  recommend: ['true', 'false'],
  reported: ['true', 'false'],
}
const separators = [',', ';', '\t', '|']
/** A review that is taken, to hold a constant against. */
const sound: Readonly<Record<string, string>> = {
  id: '1',
  product_id: '1',
  rating: '5',
  date: '0',
  recommend: '1',
  reported: '0',
  helpfulness: '0',
}

/** Reads a map. Throws a CommandError with every fault on a line of its own. */
export async function readReviewMap(path: string): Promise<ReviewMap> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unusableInput(`The map ${path} is not there, or may not be read.`, cause)
  })
  const map = parseReviewMap(path, text)
  if (!('faults' in map)) return map
  throw unusableInput(`The map ${path} cannot be used:\n${map.faults.join('\n')}`)
}

/** The map that `text` holds, or its faults. */
export function parseReviewMap(
  name: string,
  text: string,
): ReviewMap | { readonly faults: readonly string[] } {
  let json: unknown
  try {
    json = JSON.parse(text, (_, value: unknown) =>
      typeof value === 'string' ? toBytes(value) : value,
    )
  } catch (error) {
    return { faults: [`It is not JSON: ${String(error)}`] }
  }
  if (!isObject(json))
    return { faults: ['Expected an object, e.g. { "rating": { "column": "Stars" } }.'] }
  const { separator = ',', ...columns } = json
  const faults: string[] = []
  if (!separators.includes(String(separator))) {
    faults.push(`separator: expected "," ";" "|" or "\\t", found ${shown(separator)}`)
  }
  const rules: Partial<Record<ReviewColumn, Rule>> = { ...usual }
  for (const [column, written] of Object.entries(columns)) {
    if (!isReviewColumn(column)) {
      faults.push(`${column}: expected one of ${columnsOf.reviews.join(', ')}`)
      continue
    }
    const found = ruleFaults(column, written)
    faults.push(...found.map((fault) => `${column}: ${fault}`))
    if (found.length === 0) rules[column] = ruleOf(written as Record<string, unknown>)
  }
  for (const column of columnsOf.reviews) {
    if (column !== 'id' && !(column in rules) && !(column in columns)) {
      faults.push(`${column}: expected a column or a constant, found nothing`)
    }
  }
  if (faults.length > 0) return { faults }
  return { name, separator: String(separator), rules: rules as ReviewMap['rules'] }
}

function ruleFaults(column: ReviewColumn, written: unknown): string[] {
  if (!isObject(written) || 'column' in written === 'constant' in written) {
    return [`expected { "column": … } or { "constant": … }, found ${shown(written)}`]
  }
  const allowed = ['column', 'when_empty', ...(membersOf[column] ?? [])]
  const known = 'constant' in written ? ['constant'] : allowed
  const strangers = Object.keys(written).filter((member) => !known.includes(member))
  if (strangers.length > 0) {
    return [`expected no other members than ${known.join(', ')}, found ${strangers.join(', ')}`]
  }
  return 'constant' in written
    ? constantFaults(column, written['constant'])
    : Object.entries(written).flatMap(([member, value]) => memberFaults(member, value))
}

function constantFaults(column: ReviewColumn, constant: unknown): string[] {
  if (column === 'id')
    return ['a constant would be the same id for all: leave it out to number the rows']
  const text = textOf(constant)
  if (text === undefined) {
    return [`constant: expected a text, a number, true or false, found ${shown(constant)}`]
  }
  if (text.includes('\0')) return ['constant: expected a text without NUL']
  const fields = columnsOf.reviews.map((name) => (name === column ? text : (sound[name] ?? '')))
  const mapped = mapRow('reviews', fields, noIdsSeen())
  return 'reason' in mapped ? [`constant: ${fromBytes(mapped.reason)}`] : []
}

function memberFaults(member: string, value: unknown): string[] {
  const expected = (what: string) => [`${member}: expected ${what}, found ${shown(value)}`]
  switch (member) {
    case 'add':
      return Number.isSafeInteger(value) ? [] : expected('a whole number')
    case 'true':
    case 'false':
      return listOf(value).every((text) => typeof text === 'string')
        ? []
        : expected('a text, or a list of texts')
    case 'format':
      return typeof value === 'string' && dateReader(value) !== undefined
        ? []
        : expected('a pattern such as DD.MM.YYYY HH:mm or MM/DD/YYYY hh:mm A, or epoch seconds')
    default:
      if (typeof value !== 'string') return expected('a text')
      return value.includes('\0') ? expected('a text without NUL') : []
  }
}

function ruleOf(written: Readonly<Record<string, unknown>>): Rule {
  if ('constant' in written) return { constant: textOf(written['constant']) ?? '' }
  const lists = ['true', 'false'].filter((member) => member in written)
  const asLists = lists.map((member) => [member, listOf(written[member])])
  return { ...written, ...Object.fromEntries(asLists) } as ColumnRule
}

function isReviewColumn(name: string): name is ReviewColumn {
  return (columnsOf.reviews as readonly string[]).includes(name)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** A constant as the export would have it; null is an empty field, and undefined no constant at all. */
function textOf(value: unknown): string | undefined {
  if (value === null) return ''
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function shown(value: unknown): string {
  return fromBytes(JSON.stringify(value))
}
