import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { needsData } from '../../test/optional-part.ts'
import { levelIn, readLogLines, recordsOf } from './log-lines.ts'

test('a stack trace stays with the record that it belongs to', () => {
  expect(recordsOf('one\r\n\tat a.b(C)\r\n\r\ntwo\n')).toEqual(['one\n\tat a.b(C)', 'two'])
})

test('our own sample has records of every form, one with a trace, none empty', () => {
  const records = readLogLines(undefined)
  expect(records).toHaveLength(12)
  expect(records.filter((text) => text.includes('\n'))).toHaveLength(1)
  expect(records.slice(0, 3).map(levelIn)).toEqual(['info', 'error', 'INFO'])
})

test('the data sets are read whole', (context) => {
  const records = readLogLines(dirname(needsData('loghub', context)))
  expect(records.length).toBeGreaterThan(25_000)
  expect(records.every((text) => text.trim() !== '' && !text.includes('\r'))).toBe(true)
  expect(records.some((text) => text.length > 2_500)).toBe(true)
})
