import { expect, test } from 'vitest'

import { RecordReader } from '../records/read-record.ts'
import { RecordIds } from '../records/record-id.ts'
import { longestRow, newestRowsOf } from './newest-rows.ts'

const now = Date.UTC(2026, 10, 28, 20)
const reader = new RecordReader({ ids: new RecordIds(), messageLength: 100_000 })

function accepted(message: string, timestamp: number) {
  const read = reader.read({ message, level: 'warn', timestamp, service: 'a\tb' }, now)
  if ('reason' in read) throw new Error(read.reason)
  return read
}

const buffers = (lines: readonly { line: string }[]) => lines.map(({ line }) => Buffer.from(line))

test('a row is the record as the front door shows it', () => {
  const { id, line } = accepted('é "quoted"\n\\N\t😀', now)
  const { rows, mark, lines } = newestRowsOf([Buffer.from(line)], 5) ?? {}
  expect([mark, lines]).toEqual(['', 1])
  expect(rows?.map((row) => JSON.parse(row) as unknown)).toEqual([
    {
      id,
      timestamp: '2026-11-28T20:00:00.000Z',
      level: 'WARNING',
      service: 'a\tb',
      message: 'é "quoted"\n\\N\t😀',
      received_at: '2026-11-28T20:00:00.000Z',
    },
  ])
})

test('of more lines than are kept the newest are rows, and the mark is the first that is none', () => {
  const all = Array.from({ length: 10 }, (_, n) => accepted(`${n}`, now + ((n * 7) % 10)))
  const joined = Buffer.from(all.map(({ line }) => line).join(''))
  const newest = all.toSorted((a, b) => (a.id < b.id ? 1 : -1))
  const { rows = [], mark, lines } = newestRowsOf([joined, ...buffers([])], 4) ?? {}
  expect(rows.map((row) => row.slice(7, 43))).toEqual(newest.slice(0, 4).map(({ id }) => id))
  expect([mark, lines]).toEqual([newest[4]?.id, 10])
})

test('the mark lies on a record that is too long to keep', () => {
  const [old, long, young] = [
    accepted('old', now),
    accepted('x'.repeat(longestRow), now + 1),
    accepted('young', now + 2),
  ]
  const { rows, mark } = newestRowsOf(buffers([young, old, long]), 10) ?? {}
  expect([rows?.length, mark]).toEqual([2, long.id])
})

test.each([
  ['another time than the id', /\t2026-11-28T/, '\t2026-11-27T'],
  ['a time of another form', /\t2026-11-28T/, '\t2026-11-28 '],
  ['a column too many', /\n$/, '\tmore\n'],
  ['no message', /\tthe message\t/, '\t\\N\t'],
])('nothing is said about a line with %s', (_, found, put) => {
  const { line } = accepted('the message', now)
  expect(newestRowsOf([Buffer.from(line.replace(found, put))], 5)).toBeUndefined()
})
