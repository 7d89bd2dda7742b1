import { expect, test } from 'vitest'
import { isoNow, isoTime, microsecondsOf } from './timestamps.ts'

test.each([
  ['2026-11-20 03:41:21.46+00', '2026-11-20T03:41:21.460000Z'],
  ['2026-11-20 03:41:21.123456+00', '2026-11-20T03:41:21.123456Z'],
  ['2026-11-20 03:41:21+00', '2026-11-20T03:41:21.000000Z'],
])('%s goes over the wire as %s', (text, iso) => {
  expect(isoTime(text)).toBe(iso)
})

const noon = Date.UTC(2026, 10, 20, 12) * 1_000
test.each([
  ['2026-11-20T12:00:00.123456Z', noon + 123_456],
  ['2026-11-20T12:00:00.123456', noon + 123_456],
  ['2026-11-20T12:00:00', noon],
  ['2026-11-20 12:00:00', noon],
  ['2026-11-20T13:00:00+01:00', noon],
  ['2026-11-20T13:00:00 01:00', noon],
  ['2026-11-20T13:00:00+0100', noon],
  ['2026-11-20T10:00:00-02', noon],
  ['2026-11-20T12:00:00.123456789z', noon + 123_456],
  ['2026-11-20', noon - 12 * 3_600_000_000],
  ['yesterday', undefined],
  ['2026-13-40T12:00:00Z', undefined],
  ['1795176000', undefined],
  ['', undefined],
])('%j is %j microseconds', (text, microseconds) => {
  expect(microsecondsOf(text)).toBe(microseconds)
})

test('the time now has microseconds as well', () => {
  expect(isoNow(noon / 1_000 + 5)).toBe('2026-11-20T12:00:00.005000Z')
})
