import { parse } from 'csv-parse/sync'
import { array, assert, constantFrom, integer, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { CsvSplitter } from './csv-splitter.ts'

function split(text: string, pieceLength = text.length) {
  const splitter = new CsvSplitter()
  const rows: string[][] = []
  const lines: number[] = []
  const take = (found: { rows: string[][]; lines: number[] }) => {
    rows.push(...found.rows)
    lines.push(...found.lines)
  }
  for (let at = 0; at < text.length; at += Math.max(1, pieceLength)) {
    take(splitter.push(text.slice(at, at + Math.max(1, pieceLength))))
  }
  take(splitter.end())
  return { rows, lines, pending: splitter.pending, openQuoteLine: splitter.openQuoteLine }
}

test.each([
  [
    'plain fields',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [1, 2],
  ],
  [
    'no line end at the end',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [1, 2],
  ],
  [
    'CRLF and LF in one file',
    'a,b\r\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [1, 2],
  ],
  ['blank lines', 'a\n\n\r\nb\n', [['a'], ['b']], [1, 4]],
  [
    'empty fields',
    ',a,\n,,\n',
    [
      ['', 'a', ''],
      ['', '', ''],
    ],
    [1, 2],
  ],
  [
    'empty quotes',
    '"",a\n"",""',
    [
      ['', 'a'],
      ['', ''],
    ],
    [1, 2],
  ],
  [
    'a break inside quotes',
    '"a\nb",c\nd,e\n',
    [
      ['a\nb', 'c'],
      ['d', 'e'],
    ],
    [1, 3],
  ],
  [
    'a CRLF inside quotes is one line',
    '"a\r\nb",c\r\nd,e',
    [
      ['a\r\nb', 'c'],
      ['d', 'e'],
    ],
    [1, 3],
  ],
  [
    'doubled quotes',
    '"a ""b""",c\n"""",d\n',
    [
      ['a "b"', 'c'],
      ['"', 'd'],
    ],
    [1, 2],
  ],
  ['a lone quote inside quotes is text', '"a "b" c",d\n', [['a "b" c', 'd']], [1]],
  ['a quote after bare text is text', 'a "b",c\n', [['a "b"', 'c']], [1]],
  ['a quoted last field without line end', 'a,"b"', [['a', 'b']], [1]],
])('%s', (_, text, rows, lines) => {
  for (let length = 1; length <= text.length; length += 1) {
    expect(split(text, length)).toEqual({ rows, lines, pending: 0, openQuoteLine: undefined })
  }
})

test('a quote that is never closed stays pending and is known by its line', () => {
  const { rows, pending, openQuoteLine } = split('a,b\nc,"d\ne\nf', 3)
  expect(rows).toEqual([['a', 'b']])
  expect(pending).toBeGreaterThan(0)
  expect(openQuoteLine).toBe(2)
})

test('well-formed CSV is read as csv-parse reads it, however it is cut', () => {
  const field = string({
    unit: constantFrom('a', ',', '"', '\n', '\r', ' ', 'é'),
    maxLength: 6,
  })
  const written = (value: string) =>
    /[",\n\r]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value
  assert(
    property(
      array(array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      constantFrom('\n', '\r\n'),
      integer({ min: 1, max: 40 }),
      (rows, lineEnd, pieceLength) => {
        const text = rows.map((row) => row.map(written).join(',') + lineEnd).join('')
        const options = { record_delimiter: ['\n', '\r\n'], relax_column_count: true }
        expect(split(text, pieceLength).rows).toEqual(parse(text, options))
        expect(split(text, pieceLength).rows).toEqual(rows)
      },
    ),
    { numRuns: 500 },
  )
})

test('any text at all is read without failing, and cutting it changes nothing', () => {
  const anything = string({ unit: constantFrom('a', ',', '"', '\n', '\r'), maxLength: 60 })
  assert(
    property(anything, integer({ min: 1, max: 20 }), (text, pieceLength) => {
      expect(split(text, pieceLength)).toEqual(split(text))
    }),
    { numRuns: 1000 },
  )
})
