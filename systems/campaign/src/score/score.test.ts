import { expect, test } from 'vitest'
import { scoreOf, type Member } from './score.ts'

const hour = 3_600_000_000
const starts = 1_000 * hour
const member = (given: Partial<Member> = {}): Member => ({
  teams: 1,
  isNewCustomer: false,
  lastCheckin: starts + 10 * hour,
  ...given,
})

test.each<[string, Member[], number]>([
  ['nobody', [], 0],
  ['one old customer', [member()], 1 / 0.05],
  ['one new customer', [member({ isNewCustomer: true })], 1 / 0.05 + 3],
  ['one who is in four teams', [member({ teams: 4, isNewCustomer: true })], 0.25 / 0.05 + 0.75],
  ['two at the same moment', [member(), member()], 2 / 0.05],
  [
    'two who are three hours apart',
    [member(), member({ lastCheckin: starts + 13 * hour })],
    2 / (0.05 * 4),
  ],
  [
    'one who never checked in counts from the start',
    [member(), member({ lastCheckin: undefined })],
    2 / (0.05 * 11),
  ],
  [
    'nobody checked in before the start',
    [member(), member({ lastCheckin: starts - 90 * hour })],
    2 / (0.05 * 11),
  ],
  [
    'two who never checked in',
    [member(), member()].map((one) => ({ ...one, lastCheckin: undefined })),
    40,
  ],
])('%s', (_, members, score) => {
  expect(scoreOf(members, starts).score).toBe(score)
})

test('thirds, sevenths and nineteenths add up to whole members', () => {
  for (const teams of [3, 7, 19]) {
    const members = Array.from({ length: teams * 2 }, () => member({ teams }))
    expect(scoreOf(members, starts).score).toBe(2 / 0.05)
  }
})
