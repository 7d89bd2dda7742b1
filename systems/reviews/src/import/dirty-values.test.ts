import { expect, test } from 'vitest'
import { readCount, readDate, readId, readOptionalText, readTruth } from './dirty-values.ts'

test.each([
  ['1596080481467', '2020-07-30T03:41:21.467Z'],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['-1', '1969-12-31T23:59:59.999Z'],
  ['2019-01-01', '2019-01-01T00:00:00.000Z'],
  ['2020-02-29', '2020-02-29T00:00:00.000Z'],
  ['2019-01-01T10:20:30', '2019-01-01T10:20:30.000Z'],
  ['2019-01-01 10:20:30.25', '2019-01-01T10:20:30.250Z'],
  ['2019-01-01T10:20+02:00', '2019-01-01T08:20:00.000Z'],
  ['2019-01-01T10:20:30.123456Z', '2019-01-01T10:20:30.123Z'],
])('the date %s is %s', (text, expected) => {
  expect(readDate(text)).toBe(expected)
})

test.each([
  '',
  'null',
  'yesterday',
  '2019-02-30',
  '2019-13-01',
  '01/02/2019',
  '2019-1-1',
  '1e12',
  '2019-01-01T25:00',
  '999999999999999',
  '0000-01-01',
  '1596080481467.5',
])('the date "%s" is refused', (text) => {
  expect(readDate(text)).toBeUndefined()
})

test('true, false, 1 and 0 are read in any case, and nothing else', () => {
  expect(['true', 'TRUE', '1'].map(readTruth)).toEqual([true, true, true])
  expect(['false', 'False', '0'].map(readTruth)).toEqual([false, false, false])
  expect(['', 'yes', 't', '2', 'null'].map(readTruth)).toEqual(Array(5).fill(undefined))
})

test('ids are whole numbers from 1 that lose no digit', () => {
  expect(['1', '007', '9007199254740991'].map(readId)).toEqual([1, 7, 9_007_199_254_740_991])
  expect(['0', '-1', '1.0', '1e3', '', ' 1', '9007199254740993'].map(readId)).toEqual(
    Array(7).fill(undefined),
  )
  expect(readCount('0')).toBe(0)
})

test('a missing text is an empty field or the word null', () => {
  expect(['', 'null', 'NULL', 'nullable'].map(readOptionalText)).toEqual([
    null,
    null,
    null,
    'nullable',
  ])
})
