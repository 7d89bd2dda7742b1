import { expect, test } from 'vitest'

import { failureOf, type StatementFailure } from './statement.ts'

test.each<[string, unknown, StatementFailure]>([
  ['a value that a column cannot hold', { code: '22003', severity: 'ERROR' }, 'refused'],
  ['a row that is there already', { code: '23505', severity: 'ERROR' }, 'refused'],
  ['a deadlock', { code: '40P01', severity: 'ERROR' }, 'conflict'],
  ['a statement cancelled', { code: '57014', severity: 'ERROR' }, 'unavailable'],
  ['a table that is not there', { code: '42P01', severity: 'ERROR' }, 'broken'],
  ['a server that stops', { code: '57P01', severity: 'FATAL' }, 'lost'],
  ['a pooler whose server has gone', { code: '08P01', severity: 'ERROR' }, 'lost'],
  ['a connection reset', Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'lost'],
  ['an answer that did not come', new Error('Query read timeout'), 'lost'],
])('%s is sorted by whether it can have taken effect', (_, error, failure) => {
  expect(failureOf(error)).toBe(failure)
})
