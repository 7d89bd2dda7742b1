import { expect, test } from 'vitest'
import { dateReader } from './date-format.ts'

function read(format: string, text: string): string | undefined {
  const instant = dateReader(format)?.(text)
  return instant === undefined ? undefined : new Date(instant).toISOString()
}

test.each([
  ['YYYY-MM-DD HH:mm', '2006-04-07 17:08', '2006-04-07T17:08:00.000Z'],
  ['DD.MM.YYYY', '29.2.2020', '2020-02-29T00:00:00.000Z'],
  ['MM/DD/YYYY hh:mm A', '4/7/2006 5:08 PM', '2006-04-07T17:08:00.000Z'],
  ['MM/DD/YYYY hh:mm A', '4/7/2006 12:08 a.m.', '2006-04-07T00:08:00.000Z'],
  ['YYYY.MM.DD HH:mm:ss', '0099.01.01 23:59:59', '0099-01-01T23:59:59.000Z'],
  ['YYYYMMDD', '20060407', '2006-04-07T00:00:00.000Z'],
  ['epoch seconds', '1144429680.5', '2006-04-07T17:08:00.500Z'],
])('by %s, "%s" is %s', (format, text, instant) => {
  expect(read(format, text)).toBe(instant)
})

test.each([
  ['DD.MM.YYYY', '30.02.2020'],
  ['DD.MM.YYYY', '01.13.2020'],
  ['DD.MM.YYYY', '01.01.2020 '],
  ['DD.MM.YYYY', '01a01a2020'],
  ['YYYY-MM-DD HH:mm', '2006-04-07 24:00'],
  ['YYYY-MM-DD hh:mm A', '2006-04-07 13:00 PM'],
  ['epoch seconds', '2006'.repeat(4)],
  ['epoch seconds', 'now'],
])('by %s, "%s" is no date', (format, text) => {
  expect(read(format, text)).toBeUndefined()
})

test.each([
  '',
  'DD.MM',
  'DD.MM.YY',
  'YYYY-YYYY-MM-DD',
  'YYYY-MM-DD hh:mm',
  'YYYY-MM-DDTHH',
  'soon',
])('"%s" is no format', (format) => {
  expect(dateReader(format)).toBeUndefined()
})
