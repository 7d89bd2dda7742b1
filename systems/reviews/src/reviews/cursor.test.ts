import { assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'

import { cursorOf, placeOf, type Sort } from './cursor.ts'

const date = '2026-11-20T17:46:27.520Z'

test.each<[Sort, string]>([
  ['newest', ''],
  ['helpful', '17'],
  ['helpful', '2147483646'],
  ['relevant', '109.11933995884775'],
  ['relevant', '-3.5e-05'],
  ['relevant', '0.00012345678901234567'],
])('a place in %s comes back from its cursor, key %s', (sort, key) => {
  const place = { key, date, id: '9007199254740993' }
  expect(placeOf(sort, cursorOf(sort, place))).toEqual(place)
})

const encoded = (text: string) => Buffer.from(text).toString('base64url')

test.each([
  ['empty', ''],
  ['of another sort', cursorOf('helpful', { key: '1', date, id: '1' })],
  ['with SQL for an id', encoded('n||0|1); drop table reviews; --')],
  ['with SQL for a key', encoded("n|' or 1=1|0|1")],
  ['with a list for an id', encoded('n||0|1,2')],
  ['of the year 30000', encoded('n||999999999999999|1')],
  ['with more parts', encoded('n||0|1|2')],
  ['with a NUL', encoded('n||0|1\0')],
  ['with an id beyond bigint', encoded('n||0|99999999999999999999')],
])('a cursor %s is refused', (_, cursor) => {
  expect(() => placeOf('newest', cursor)).toThrow(/query\.cursor/)
})

test('a helpfulness beyond its column is refused', () => {
  expect(() => placeOf('helpful', encoded('h|2147483648|0|1'))).toThrow(/query\.cursor/)
})

test('whatever a client sends, a cursor is read or refused, never anything else', () => {
  assert(
    property(constantFrom<Sort>('newest', 'helpful', 'relevant'), string(), (sort, text) => {
      for (const cursor of [text, encoded(text), encoded(`${sort[0]}|${text}`)]) {
        expect(reading(sort, cursor)).toMatch(/^(refused with 400|\d+ \d{4}-\S+Z)$/)
      }
    }),
  )
})

function reading(sort: Sort, cursor: string): string {
  try {
    const { id, date } = placeOf(sort, cursor)
    return `${id} ${date}`
  } catch (error) {
    return `refused with ${(error as { status?: number }).status}`
  }
}
