// Rows from a file that lies beside the workload: read whole when the workload is declared, so that a broken row is told
// with its line before anything runs. Which session gets which row is not decided here: `turn`, `own` and
// `random.pick` of a session do, and `divide` keeps personas out of each other's rows.

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Column } from './columns.ts'
import { csvRows } from './csv-rows.ts'
import { PlimsollError, type Fault } from './plimsoll-error.ts'

type Columns = Readonly<Record<string, Column<unknown>>>
type RowOf<Given extends Columns> = {
  readonly [Name in keyof Given]: Given[Name] extends Column<infer Value> ? Value : never
}

interface Place {
  /** `users.csv:17`, `users.json: [3]`. */
  readonly where: string
  readonly value: (name: string) => unknown
}

const bytesAtMost = 256 * 2 ** 20
const faultsShown = 20

/**
 * The rows of a CSV file (its first line names the columns) or of a JSON file (a list of objects), checked and typed;
 * columns that are not asked for are left out.
 * `dataFile(new URL('users.csv', import.meta.url), { name: text, credit: number })`.
 * Throws `data-invalid` with every row that cannot be used.
 */
export function dataFile<const Given extends Columns>(
  file: URL,
  columns: Given,
): readonly RowOf<Given>[] {
  const name = basename(fileURLToPath(file))
  const text = textOf(file, name)
  const places = name.endsWith('.json') ? jsonPlaces(text, name) : csvPlaces(text, name, columns)
  const faults: Fault[] = []
  const rows = places.map((place) => rowAt(place, columns, faults))
  if (faults.length > 0) throw invalid(name, faults)
  if (rows.length === 0)
    throw invalid(name, [{ where: name, problem: 'expected rows, found none' }])
  return Object.freeze(rows as RowOf<Given>[])
}

/** `rows` shared out in proportion to weights, each row to one name only. */
export function divide<Row, Name extends string>(
  rows: readonly Row[],
  weights: Readonly<Record<Name, number>>,
): Readonly<Record<Name, readonly Row[]>> {
  const entries = Object.entries<number>(weights)
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  if (!(total > 0) || entries.some(([, weight]) => !(weight >= 0))) {
    throw new RangeError('divide: expected weights of 0 or more, and one above 0')
  }
  let [before, from] = [0, 0]
  const shares = entries.map(([name, weight]) => {
    before += weight
    const to = Math.round((before / total) * rows.length)
    const share = rows.slice(from, to)
    from = to
    return [name, share] as const
  })
  return Object.fromEntries(shares) as unknown as Record<Name, readonly Row[]>
}

function textOf(file: URL, name: string): string {
  try {
    const bytes = readFileSync(file)
    if (bytes.length > bytesAtMost) {
      throw new Error(`expected at most 256 MiB, found ${Math.ceil(bytes.length / 2 ** 20)}`)
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw invalid(name, [{ where: fileURLToPath(file), problem }])
  }
}

function csvPlaces(text: string, name: string, columns: Columns): Place[] {
  const { rows, openQuoteLine } = csvRows(text)
  const [head, ...others] = rows
  if (openQuoteLine !== null) {
    throw invalid(name, [
      {
        where: `${name}:${openQuoteLine}`,
        problem: 'the quote that is opened here is never closed',
      },
    ])
  }
  const names = (head?.fields ?? []).map((field) => field.trim())
  const faults: Fault[] = Object.entries(columns)
    .filter(([column, { isOptional }]) => !names.includes(column) && isOptional !== true)
    .map(([column]) => ({
      where: `${name}:1`,
      problem: `expected a column "${column}", found ${names.join(', ') || 'none'}`,
    }))
  for (const { line, fields } of others) {
    if (fields.length === names.length) continue
    const problem = `expected ${names.length} fields, found ${fields.length}`
    faults.push({ where: `${name}:${line}`, problem })
  }
  if (faults.length > 0) throw invalid(name, faults)
  return others.map(({ line, fields }) => ({
    where: `${name}:${line}`,
    value: (column) => fields[names.indexOf(column)],
  }))
}

function jsonPlaces(text: string, name: string): Place[] {
  let rows: unknown
  try {
    rows = JSON.parse(text)
  } catch (error) {
    throw invalid(name, [{ where: name, problem: error instanceof Error ? error.message : '' }])
  }
  if (!Array.isArray(rows)) {
    throw invalid(name, [{ where: name, problem: 'expected a list of objects' }])
  }
  return rows.map((row: unknown, n) => ({
    where: `${name}: [${n}]`,
    value: (column) => (row as Record<string, unknown> | null)?.[column],
  }))
}

function rowAt({ where, value }: Place, columns: Columns, faults: Fault[]): unknown {
  const row: Record<string, unknown> = {}
  for (const [name, column] of Object.entries(columns)) {
    const given = value(name)
    const read = column.read(given)
    if (read === undefined) {
      const found = given === undefined || given === '' ? 'nothing' : JSON.stringify(given)
      faults.push({ where, problem: `${name}: expected ${column.words}, found ${found}` })
    } else row[name] = read.value
  }
  return row
}

function invalid(name: string, faults: readonly Fault[]): PlimsollError {
  const more = faults.length - faultsShown
  const shown = faults.slice(0, faultsShown)
  return new PlimsollError({
    code: 'data-invalid',
    blame: 'input',
    message: `The data in ${name} cannot be used.`,
    hint: 'Mend each line above, or say of its column that it is `optional`.',
    faults: more > 0 ? [...shown, { where: name, problem: `and ${more} more` }] : shown,
  })
}
