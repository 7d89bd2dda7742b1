// What a leaderboard tells when it changes. Pure.

import type { Standing } from '../api/contract.ts'

/** By how many ranks each team rose (positive) or fell since `before`; teams that were not there are left out. */
export function movesBetween(
  before: readonly Standing[],
  after: readonly Standing[],
): ReadonlyMap<number, number> {
  const ranks = new Map(before.map(({ team_id, rank }) => [team_id, rank]))
  return new Map(
    after.flatMap(({ team_id, rank }) => {
      const rose = (ranks.get(team_id) ?? rank) - rank
      return rose === 0 ? [] : [[team_id, rose] as const]
    }),
  )
}

/** What is read out: only how the reader's own teams moved, or nothing. */
export function newsOf(before: readonly Standing[], after: readonly Standing[]): string {
  const moves = movesBetween(before, after)
  return after
    .filter(({ team_id, is_user_team }) => is_user_team && moves.has(team_id))
    .map(({ team_id, team_name, rank }) => {
      const way = (moves.get(team_id) ?? 0) > 0 ? 'rose' : 'fell'
      return `Your team ${team_name} ${way} to rank ${rank}.`
    })
    .join(' ')
}

/** A score as people read it. */
export function scoreWords(score: number): string {
  return scoreFormat.format(score)
}

const scoreFormat = new Intl.NumberFormat('en', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
})
