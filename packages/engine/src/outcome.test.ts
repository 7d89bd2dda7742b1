import { expect, test } from 'vitest'
import { outcomeOfLoss, outcomeOfStatus } from './outcome.ts'

test.each([
  ['GET', 200, undefined, 'ok'],
  ['POST', 201, undefined, 'ok'],
  ['GET', 304, undefined, 'ok'],
  ['GET', 404, undefined, 'failed'],
  ['POST', 409, undefined, 'failed'],
  ['POST', 409, [201, 409], 'ok'],
  ['POST', 200, [201], 'unknown'],
  ['GET', 500, undefined, 'failed'],
  ['POST', 500, undefined, 'unknown'],
  ['PUT', 502, undefined, 'unknown'],
  ['PATCH', 504, undefined, 'unknown'],
  ['DELETE', 500, undefined, 'unknown'],
  ['HEAD', 500, undefined, 'failed'],
  ['POST', 503, undefined, 'failed'],
] as const)('%s answered with %i and ok list %j is %s', (method, status, ok, outcome) => {
  expect(outcomeOfStatus(method, status, ok)).toBe(outcome)
})

test.each([
  ['GET', true, 'failed'],
  ['GET', false, 'failed'],
  ['POST', true, 'unknown'],
  ['POST', false, 'failed'],
] as const)('%s without a whole answer, sent %s, is %s', (method, sent, outcome) => {
  expect(outcomeOfLoss(method, { sent })).toBe(outcome)
})
