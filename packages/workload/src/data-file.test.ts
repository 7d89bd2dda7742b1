import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, expectTypeOf, test } from 'vitest'
import { number, oneOf, optional, text, wholeNumber, yesNo } from './columns.ts'
import { csvRows } from './csv-rows.ts'
import { dataFile, divide } from './data-file.ts'
import { PlimsollError } from './plimsoll-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-data-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): URL {
  writeFileSync(join(folder, name), content)
  return pathToFileURL(join(folder, name))
}

const columns = {
  name: text,
  age: wholeNumber,
  score: optional(number),
  admin: yesNo,
  plan: oneOf('free', 'paid'),
}

/** Every fault as `where: problem`. */
function faultsOf(read: () => unknown): string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof PlimsollError)
      return error.faults.map(({ where, problem }) => `${where}: ${problem}`)
    throw error
  }
  return []
}

test('rows of a CSV file are typed, whatever its quirks', () => {
  const content =
    '\uFEFFplan;name;age;admin;score;other\r\nfree;"Ann; ""the"" first\nof them";7;yes;;x\n\npaid;Bob;-1;0;1.5e2;\r\n'
  const rows = dataFile(file('quirks.csv', content), columns)
  expectTypeOf(rows[0]!.plan).toEqualTypeOf<'free' | 'paid'>()
  expectTypeOf(rows[0]!.score).toEqualTypeOf<number | undefined>()
  expect(rows).toEqual([
    { name: 'Ann; "the" first\nof them', age: 7, score: undefined, admin: true, plan: 'free' },
    { name: 'Bob', age: -1, score: 150, admin: false, plan: 'paid' },
  ])
})

test('a JSON file is a list of objects', () => {
  const url = file(
    'users.json',
    '[{ "name": "Ann", "age": 7 }, { "name": "Bob", "age": 8, "x": 1 }]',
  )
  expect(dataFile(url, { name: text, age: wholeNumber })).toEqual([
    { name: 'Ann', age: 7 },
    { name: 'Bob', age: 8 },
  ])
  expect(faultsOf(() => dataFile(url, { name: wholeNumber }))).toEqual([
    'users.json: [0]: name: expected a whole number, found "Ann"',
    'users.json: [1]: name: expected a whole number, found "Bob"',
  ])
})

test('every broken row is told at once with the line on which it begins', () => {
  const content = 'name,age\nAnn,7\n"two\nlines",x\n,9\nBob,1.5\n'
  expect(
    faultsOf(() => dataFile(file('broken.csv', content), { name: text, age: wholeNumber })),
  ).toEqual([
    'broken.csv:3: age: expected a whole number, found "x"',
    'broken.csv:5: name: expected a text, found nothing',
    'broken.csv:6: age: expected a whole number, found "1.5"',
  ])
})

test.each([
  ['name\nAnn', ['it.csv:1: expected a column "age", found name']],
  [
    'name,age\nAnn\nBob,1,2',
    ['it.csv:2: expected 2 fields, found 1', 'it.csv:3: expected 2 fields, found 3'],
  ],
  ['name,age\nAnn,7\n"Bob,8\n', ['it.csv:3: the quote that is opened here is never closed']],
  ['name,age\n', ['it.csv: expected rows, found none']],
])('%j is refused', (content, faults) => {
  expect(
    faultsOf(() => dataFile(file('it.csv', content), { name: text, age: wholeNumber })),
  ).toEqual(faults)
})

test('a file that is not there, or no text, is refused', () => {
  const missing = pathToFileURL(join(folder, 'missing.csv'))
  expect(faultsOf(() => dataFile(missing, { name: text }))[0]).toContain('ENOENT')
  const bytes = file('bytes.csv', Uint8Array.of(0x61, 0xff, 0xfe))
  expect(faultsOf(() => dataFile(bytes, { name: text }))[0]).toMatch(/not valid/)
})

test('of many broken rows the first twenty are shown', () => {
  const content = `age\n${'x\n'.repeat(100)}`
  const faults = faultsOf(() => dataFile(file('many.csv', content), { age: wholeNumber }))
  expect(faults).toHaveLength(21)
  expect(faults.at(-1)).toBe('many.csv: and 80 more')
})

test('what is written as CSV is read as it was', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ';', 'é', ' ') })
  const rows = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(rows, (given) => {
      const written = given.map((row) =>
        row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','),
      )
      const { rows: read } = csvRows(`a,b,c\n${written.join('\n')}\n`)
      expect(read.slice(1).map(({ fields }) => fields)).toEqual(given)
    }),
  )
})

test('divided rows go to one name each, in proportion', () => {
  const rows = Array.from({ length: 10 }, (_, n) => n)
  const { buyers, readers, none } = divide(rows, { buyers: 1, readers: 3, none: 0 })
  expect([...buyers, ...readers, ...none]).toEqual(rows)
  expect([buyers.length, readers.length, none.length]).toEqual([3, 7, 0])
  expect(() => divide(rows, { a: 0 })).toThrow(/one above 0/)
})
