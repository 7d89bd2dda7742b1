import { expect, test } from 'vitest'
import type { Standing } from '../api/contract.ts'
import { movesBetween, newsOf, scoreWords } from './standings.ts'

const board = (...names: string[]): Standing[] =>
  names.map((name, i) => ({
    team_id: name.codePointAt(0)!,
    team_name: name,
    score: 100 - i,
    rank: i + 1,
    is_user_team: name === name.toUpperCase(),
  }))
const id = (name: string) => name.codePointAt(0)!

test('a team that rose has a positive move, one that fell a negative one, a new one none', () => {
  const moves = movesBetween(board('a', 'b', 'c'), board('c', 'a', 'd', 'b'))
  expect(moves).toEqual(
    new Map([
      [id('c'), 2],
      [id('a'), -1],
      [id('b'), -2],
    ]),
  )
})

test('only moves of the reader’s own teams are read out', () => {
  expect(newsOf(board('a', 'B', 'c'), board('B', 'a', 'c'))).toBe('Your team B rose to rank 1.')
  expect(newsOf(board('B', 'a'), board('a', 'B'))).toBe('Your team B fell to rank 2.')
  expect(newsOf(board('a', 'c', 'B'), board('c', 'a', 'B'))).toBe('')
})

test('scores have two decimals', () => {
  expect(scoreWords(1234.5)).toBe('1,234.50')
})
