import { readCopyLine } from '@plimsoll/service'
import { expect, test } from 'vitest'

import { decodeChunk, encodeChunk } from './chunk.ts'
import { normalLevel } from './level.ts'
import { RecordReader } from './read-record.ts'
import { readTimestamp } from './read-timestamp.ts'
import { RecordIds, timestampOf } from './record-id.ts'

const now = Date.UTC(2026, 10, 20, 21, 0, 0, 5)
const reader = new RecordReader({ ids: new RecordIds(), messageLength: 100 })

test('ids begin with the timestamp and keep the order in which they were made', () => {
  const ids = new RecordIds()
  const made = Array.from({ length: 5_000 }, () => ids.next(now))
  expect(made.toSorted()).toEqual(made)
  expect(new Set(made).size).toBe(5_000)
  expect(made.every((id) => timestampOf(id) === now)).toBe(true)
  expect(timestampOf(ids.next(0))).toBe(0)
  expect(timestampOf(ids.next(now).toUpperCase())).toBeUndefined()
  expect(timestampOf('not an id')).toBeUndefined()
  // The year 10889.
  expect(timestampOf('ffffffff-ffff-7fff-bfff-ffffffffffff')).toBeUndefined()
})

test('no id tells of another one: two processes, and two records, have ends of their own', () => {
  const ends = [new RecordIds(), new RecordIds()].flatMap((ids) =>
    Array.from({ length: 2_000 }, () => ids.next(now).slice(-10)),
  )
  expect(new Set(ends).size).toBe(4_000)
})

test.each([
  ['2026-11-20T10:00:00.123456Z', '2026-11-20T10:00:00.123Z'],
  ['2026-11-20T10:00:00+02:00', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['03-17 16:13:38.811', '2026-03-17T16:13:38.811Z'],
  ['[Sun Dec 04 04:47:44 2005]', '2005-12-04T04:47:44.000Z'],
  ['081109 203615', '2008-11-09T20:36:15.000Z'],
  ['20171223-22:15:29:606', '2017-12-23T22:15:29.606Z'],
  ['Jun 14 15:16:01', '2026-06-14T15:16:01.000Z'],
  ['Dec 10 06:55:46', '2025-12-10T06:55:46.000Z'],
  ['2017-05-16 00:00:00.008', '2017-05-16T00:00:00.008Z'],
  ['17/06/09 20:10:40', '2017-06-09T20:10:40.000Z'],
  ['2016-09-28 04:30:30,', '2016-09-28T04:30:30.000Z'],
  ['2015-07-29 17:41:44,747', '2015-07-29T17:41:44.747Z'],
  ['[2016-12-19 16:00:00,123]', '2016-12-19T16:00:00.123Z'],
  ['17/May/2015:10:05:03 +0000', '2015-05-17T10:05:03.000Z'],
  ['Feb 29 12:00:00', '2024-02-29T12:00:00.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ['2100-01-01T00:00:00Z', '2100-01-01T00:00:00.000Z'],
  [1_795_212_000, '2026-11-20T22:00:00.000Z'],
  [1_795_212_000_123, '2026-11-20T22:00:00.123Z'],
])('%s is %s', (written, time) => {
  expect(new Date(readTimestamp(written, now) ?? Number.NaN).toISOString()).toBe(time)
})

test.each([
  ['2026-02-30T00:00:00Z'],
  ['2026-11-20T25:00:00Z'],
  ['1969-12-31T23:59:59Z'],
  ['10000-01-01T00:00:00Z'],
  ['yesterday'],
  [''],
  [Number.NaN],
  [-1],
  [1e300],
  [true],
  [{}],
])('%s is no time', (written) => {
  expect(readTimestamp(written, now)).toBeUndefined()
})

test('known levels are written one way, others as they came', () => {
  expect(['warn', 'WARNING', ' Err ', 'crit', 'Custom', 'constructor'].map(normalLevel)).toEqual([
    'WARNING',
    'WARNING',
    'ERROR',
    'CRITICAL',
    'Custom',
    'constructor',
  ])
})

test('a record becomes one line, whatever its text', () => {
  const message = 'a\tb\nc\rd\\e "f" é 😀'
  const read = reader.read({ message, level: 'info', timestamp: '1970-01-01' }, now)
  const { id, line } = read as { id: string; line: string }
  expect(line.indexOf('\n')).toBe(line.length - 1)
  expect(readCopyLine(line.slice(0, -1))).toEqual([
    id,
    '1970-01-01T00:00:00.000Z',
    'INFO',
    null,
    message,
    '2026-11-20T21:00:00.005Z',
  ])
})

const own = '019aa300-0000-7abc-8abc-0123456789ab'

test('a record with an id of its own keeps it, and takes its time from it', () => {
  const read = reader.read({ message: '', level: 'x', id: own.toUpperCase() }, now)
  expect(read).toMatchObject({ id: own })
  const timestamp = timestampOf(own)
  expect(reader.read({ message: '', level: 'x', id: own, timestamp }, now)).toMatchObject({
    id: own,
  })
})

test.each([
  [[], /expected an object/],
  [null, /expected an object/],
  ['text', /expected an object/],
  [{ level: 'x' }, /^message: expected a text/],
  [{ message: 'x'.repeat(101), level: 'x' }, /at most 100 characters, found 101/],
  [{ message: 'm' }, /^level/],
  [{ message: 'm', level: '  ' }, /^level/],
  [{ message: 'm', level: 'x'.repeat(65) }, /^level/],
  [{ message: 'm\0', level: 'x' }, /NUL/],
  [{ message: 'm', level: 'x', service: 'a\0' }, /NUL/],
  [{ message: 'm', level: 'x', service: 7 }, /^service/],
  [{ message: 'm', level: 'x', timestamp: 'soon' }, /^timestamp/],
  [{ message: 'm', level: 'x', id: 'mine' }, /^id: expected a UUID/],
  [{ message: 'm', level: 'x', id: own, timestamp: '2020-01-01' }, /^id: expected it to begin/],
])('%j is refused with its reason', (value, reason) => {
  expect(reader.read(value, now)).toEqual({ reason: expect.stringMatching(reason) as string })
})

test('a chunk is read back as it was written', () => {
  const lines = Buffer.from('one\ntwo\n'.repeat(1_000))
  const body = encodeChunk(lines, { rows: 2_000, receivedAt: now })
  expect(body.length).toBeLessThan(lines.length)
  expect(decodeChunk(body)).toEqual({ lines, rows: 2_000, receivedAt: now })
})

test.each([[''], ['2 1 1 abc'], ['1 1 1 !!!'], ['1 1 1 aGVsbG8='], ['{"message":"x"}']])(
  '%s is no chunk',
  (body) => {
    expect(decodeChunk(body)).toBeUndefined()
  },
)
