import { expect, test } from 'vitest'
import type { CampaignEvent } from '../api/contract.ts'
import { eventState, placeWords } from './event-state.ts'

const event: CampaignEvent = {
  id: 1,
  title: 'Sunrise run',
  capacity: 10,
  registered: 9,
  waiting: 0,
  opens_at: '2026-11-20T10:00:00Z',
  closes_at: '2026-11-20T12:00:00Z',
  status: null,
}

test.each([
  ['2026-11-20T09:59:59Z', event, 'early'],
  ['2026-11-20T10:00:00Z', event, 'open'],
  ['2026-11-20T11:00:00Z', { ...event, registered: 10 }, 'full'],
  ['2026-11-20T12:00:00Z', event, 'closed'],
] as const)('at %s an event is as its window and its places say', (now, event, state) => {
  expect(eventState(event, Date.parse(now))).toBe(state)
})

test('those who wait are told of only when there are any', () => {
  expect(placeWords(event)).toBe('9 of 10 places taken')
  expect(placeWords({ ...event, registered: 10, waiting: 3 })).toBe(
    '10 of 10 places taken, 3 waiting',
  )
})
