import { expect, test } from 'vitest'
import { logPositionText, readLogPosition } from './log-position.ts'

test('a place in the log is read as PostgreSQL writes it, and written back the same', () => {
  expect(readLogPosition('0/16B3748')).toBe(0x16b3748)
  expect(readLogPosition('2A/FF')).toBe(0x2a * 2 ** 32 + 0xff)
  for (const text of ['0/0', '0/16B3748', '2A/FF', '1FFFFF/FFFFFFFF']) {
    expect(logPositionText(readLogPosition(text) ?? NaN)).toBe(text)
  }
})

test('what is no place is none, and one that is not known lies beyond every other', () => {
  for (const text of [undefined, null, '', '0', '0/', '/1', '0/XYZ', '0/1/2', '0/123456789']) {
    expect(readLogPosition(text)).toBeUndefined()
  }
  expect(readLogPosition(logPositionText(Infinity))).toBe(Infinity)
})
