import { array, assert, double, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { Standings } from './standings.ts'

const moved = (team: number, score: number, version = 1) => ({
  team_id: String(team),
  team_name: `team ${team}`,
  score,
  version,
})

test('the higher score is first, and of equal ones the older team', () => {
  const standings = new Standings()
  standings.apply([moved(3, 5), moved(1, 5), moved(2, 9)])
  expect(standings.top(2)).toEqual([
    { team_id: 2, team_name: 'team 2', score: 9, rank: 1 },
    { team_id: 1, team_name: 'team 1', score: 5, rank: 2 },
  ])
})

test('what is older than what is known changes nothing', () => {
  const standings = new Standings()
  standings.apply([moved(1, 5, 2)])
  expect(standings.apply([moved(1, 9, 1), moved(1, 9, 2)])).toBe(false)
  expect(standings.top(1)[0]?.score).toBe(5)
  standings.apply([moved(1, 7, 4), moved(1, 6, 3)])
  expect(standings.top(1)[0]?.score).toBe(7)
})

test('around a team are those above and below it, and a whole page at both ends', () => {
  const standings = new Standings()
  standings.apply(Array.from({ length: 100 }, (_, i) => moved(i + 1, 100 - i)))
  const ranksAround = (...teams: string[]) => standings.around(teams, 4).map(({ rank }) => rank)
  expect(ranksAround('50')).toEqual([48, 49, 50, 51])
  expect(ranksAround('70', '50')).toEqual([48, 49, 50, 51])
  expect(ranksAround('1')).toEqual([1, 2, 3, 4])
  expect(ranksAround('100')).toEqual([97, 98, 99, 100])
  expect(ranksAround('101')).toEqual([])
})

test('where some teams stand is told of those that are known, best first', () => {
  const standings = new Standings()
  standings.apply(Array.from({ length: 100 }, (_, i) => moved(i + 1, 100 - i)))
  expect(standings.of(['70', '101', '50']).map(({ team_id, rank }) => [team_id, rank])).toEqual([
    [50, 50],
    [70, 70],
  ])
})

test('what replaces all others may have less, and older versions', () => {
  const standings = new Standings()
  standings.apply([moved(1, 5, 9), moved(2, 7, 9), moved(3, 6, 9)])
  standings.replace([moved(1, 4, 2), moved(3, 3, 8)])
  expect(standings.top(20).map(({ team_id, score }) => [team_id, score])).toEqual([
    [1, 4],
    [3, 3],
  ])
})

test('however scores move, the order is that of sorting them all', () => {
  const move = record({
    team: integer({ min: 1, max: 30 }),
    score: double({ min: 0, max: 9, noNaN: true }),
  })
  assert(
    property(array(array(move, { maxLength: 400 }), { maxLength: 8 }), (batches) => {
      const standings = new Standings()
      const latest = new Map<number, number>()
      let version = 0
      for (const batch of batches) {
        standings.apply(batch.map(({ team, score }) => moved(team, score, ++version)))
        for (const { team, score } of batch) latest.set(team, score)
      }
      const sorted = [...latest].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
      expect(standings.top(100).map(({ team_id, score }) => [team_id, score])).toEqual(sorted)
    }),
  )
})
