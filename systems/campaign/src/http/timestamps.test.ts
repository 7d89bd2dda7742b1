import { expect, test } from 'vitest'
import { isoTime } from './timestamps.ts'

test.each([
  ['2026-11-20 03:41:21.46+00', '2026-11-20T03:41:21.460000Z'],
  ['2026-11-20 03:41:21.123456+00', '2026-11-20T03:41:21.123456Z'],
  ['2026-11-20 03:41:21+00', '2026-11-20T03:41:21.000000Z'],
])('%s goes over the wire as %s', (text, iso) => {
  expect(isoTime(text)).toBe(iso)
})
