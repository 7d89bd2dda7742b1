import { expect, test } from 'vitest'
import { scoreParts } from './score-parts.ts'

const at = (time: string) => ({ name: 'ada', time })

test('the closer the check-ins, the higher the score; new customers come on top', () => {
  const info = { team_name: 'Night Owls', total_members: 2, new_members: 0.5 }
  const close = scoreParts({
    ...info,
    earliest_checkin: at('2026-11-20T12:00:00Z'),
    latest_checkin: at('2026-11-20T13:00:00Z'),
  })
  // 2 ÷ (0.05 · 2) + 3 · 0.5
  expect(close).toMatchObject({
    spread_hours: 1,
    fromMembers: 20,
    fromNewMembers: 1.5,
    score: 21.5,
  })
  const far = scoreParts({
    ...info,
    earliest_checkin: at('2026-11-18T12:00:00Z'),
    latest_checkin: at('2026-11-20T13:00:00Z'),
  })
  expect(far.score).toBeCloseTo(2 / (0.05 * 50) + 1.5)
})

test('a team without members has nothing', () => {
  const nobody = { total_members: 0, new_members: 0, earliest_checkin: null, latest_checkin: null }
  expect(scoreParts({ team_name: 'Nobody', ...nobody }).score).toBe(0)
})
