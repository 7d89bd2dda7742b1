import { expect, test } from 'vitest'
import { nextPath } from './navigation.ts'

test.each([
  ['?next=/feed', '/feed'],
  ['', '/'],
  ['?next=https://elsewhere.example', '/'],
  ['?next=//elsewhere.example', '/'],
  ['?next=/\\elsewhere.example', '/'],
  ['?next=/%09/elsewhere.example', '/'],
  ['?next=/feed%0A', '/'],
  ['?next=javascript:alert(1)', '/'],
])('%s leads to %s', (search, path) => {
  expect(nextPath(search)).toBe(path)
})
