import { expect, test } from 'vitest'
import { ownTeams } from './own-teams.ts'

const team = (team_id: number, rank: number, is_user_team: boolean) => ({
  team_id,
  team_name: `team ${team_id}`,
  score: 100 - rank,
  rank,
  is_user_team,
})

test('own teams come from both lists, with what is newer, best first', () => {
  const around = [team(1, 30, true), team(2, 31, false), team(3, 2, true), team(4, 5, true)]
  const top = [team(3, 1, true), team(5, 3, true), team(4, 5, false), team(6, 2, false)]
  expect(ownTeams(around, top).map(({ team_id, rank }) => [team_id, rank])).toEqual([
    [3, 1],
    [5, 3],
    [1, 30],
  ])
})
