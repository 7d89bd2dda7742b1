import { expect, test } from 'vitest'
import { cursorOf, placeOf } from './cursor.ts'

test('a cursor leads back to its place', () => {
  for (const place of [
    { user: 0, queue: 0 },
    { user: 1_795_176_000_123_456, queue: 1_795_176_000_999_999 },
  ]) {
    expect(placeOf(cursorOf(place))).toEqual(place)
  }
})

test.each(['', 'x', '1-', '-1', '1-2-3', 'A-B', '1 2', "1-2';--", 'zzzzzzzzzzz-1'])(
  '%j is refused with 400',
  (text) => {
    expect(() => placeOf(text)).toThrow(expect.objectContaining({ status: 400 }))
  },
)
