import { expect, test } from 'vitest'
import { IdSet } from './id-set.ts'
import { mapBatch } from './map-batch.ts'
import { noIdsSeen } from './row-mapping.ts'
import type { RowBatch, RowSource } from './row-source.ts'

function batchOf(rows: readonly (readonly string[])[], mayBeMangled = false): RowBatch {
  return { rows, lines: rows.map((_, at) => 10 + at), done: 0, mayBeMangled }
}

const source: RowSource = {
  table: 'characteristics',
  name: 'characteristics.csv',
  size: 0,
  batches: () => [],
}

test('refused rows keep their line and their fields as they stand in the file', () => {
  const layout = {
    width: 2,
    arrange: ([name = '']: readonly string[], row: number) => [`${row}`, '7', name],
  }
  const batch = batchOf([['Fit', 'x'], ['', 'y'], ['z']])
  const seen = noIdsSeen()
  expect(mapBatch({ ...source, layout }, batch, { seen, rowsBefore: 4 })).toEqual({
    copy: '5\t7\tFit\n',
    refused: [
      { file: source.name, line: 11, reason: 'name: expected a name, found ""', fields: ['', 'y'] },
      { file: source.name, line: 12, reason: 'expected 2 fields, found 1', fields: ['z'] },
    ],
  })
})

test('bytes that are not UTF-8, and NUL, are refused where a file may hold them', () => {
  const rows = ['\u00c3\u00a9', '\u00e9', '\0'].map((name, at) => [`${at + 1}`, '1', name])
  const { copy, refused } = mapBatch(source, batchOf(rows, true), {
    seen: noIdsSeen(),
    rowsBefore: 0,
  })
  expect(copy).toBe('1\t1\t\u00c3\u00a9\n')
  expect(refused.map(({ reason }) => reason)).toEqual(['is not UTF-8', 'holds a NUL byte'])
})

test('ids that memory does not hold end the import with file and line', () => {
  const full = Object.assign(new IdSet(), {
    add: () => {
      throw new RangeError('there are too many')
    },
  })
  const seen = { ...noIdsSeen(), characteristics: full }
  expect(() => mapBatch(source, batchOf([['1', '1', 'Fit']]), { seen, rowsBefore: 0 })).toThrow(
    'characteristics.csv line 10: there are too many. Number the rows from 1.',
  )
})
