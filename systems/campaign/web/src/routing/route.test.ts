import { expect, test } from 'vitest'
import { routeOf } from './route.ts'

test.each([
  ['/', { page: 'leaderboard' }],
  ['/feed/', { page: 'feed' }],
  ['/teams/12', { page: 'team', team_id: 12 }],
  ['/teams/12/', { page: 'team', team_id: 12 }],
  ['/teams/twelve', { page: 'missing' }],
  ['/teams/99999999999999999999', { page: 'missing' }],
  ['/register', { page: 'enter', way: 'register' }],
  ['/constructor', { page: 'missing' }],
  ['//', { page: 'leaderboard' }],
])('%s leads to %o', (path, route) => {
  expect(routeOf(path)).toEqual(route)
})
