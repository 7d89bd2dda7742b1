import { expect, test } from 'vitest'
import { showProgress } from './progress.ts'
import type { ImportEvent } from './copy-rows.ts'

const source = {
  table: 'reviews',
  name: '/data/reviews.csv',
  size: 200,
  batches: () => [],
} as const
const counts = { read: 12_000, accepted: 11_999, rejected: 1 }
const events: ImportEvent[] = [
  { kind: 'stage', stage: 'Looking' },
  { kind: 'rows', source, counts: { ...counts, read: 0 }, done: 0 },
  { kind: 'rows', source, counts, done: 50 },
  { kind: 'loaded', source, counts: { ...counts, read: 48_000 } },
]

function shown(isTTY: boolean) {
  let time = 0
  let text = ''
  const to = { isTTY, write: (piece: string) => (text += piece) }
  const onEvent = showProgress({ to, now: () => time })
  for (const event of events) {
    onEvent(event)
    time += 6_000
  }
  return text
}

test('a log gets plain lines with rows per second', () => {
  const text = shown(false)
  expect(text).not.toContain('\u001b')
  expect(text.split('\n')).toEqual([
    'Looking …',
    expect.stringContaining('0 rows, 0 rows/s'),
    expect.stringMatching(/reviews\.csv +12,000 rows, 2,000 rows\/s, 1 rejected, 25 %/),
    expect.stringMatching(/reviews\.csv +48,000 rows, 4,000 rows\/s, 1 rejected/),
    '',
  ])
})

test('a terminal gets one line with a bar, written over', () => {
  expect(shown(true)).toContain('\r\u001b[K██████░░░░░░░░░░░░░░░░░░  25 % reviews.csv')
})
