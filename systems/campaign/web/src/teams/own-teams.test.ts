import { expect, test } from 'vitest'
import { ownTeams } from './own-teams.ts'

const own = (id: number, rank: number | null) => ({ id, name: `team ${id}`, score: 100, rank })
const standing = (team_id: number, rank: number, is_user_team: boolean) => ({
  team_id,
  team_name: `team ${team_id}`,
  score: 100 - rank,
  rank,
  is_user_team,
})

test('of own teams counts what is newer, best first, and one without a rank comes last', () => {
  const known = [own(7, null), own(1, 30), own(3, 2), own(4, 5)]
  const top = [
    standing(3, 1, true),
    standing(5, 3, true),
    standing(4, 5, false),
    standing(6, 2, false),
  ]
  expect(ownTeams(known, top).map(({ id, rank }) => [id, rank])).toEqual([
    [3, 1],
    [5, 3],
    [1, 30],
    [7, null],
  ])
})
