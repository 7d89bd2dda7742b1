import { expect, test } from 'vitest'
import { environmentError } from './environment-error.ts'

test.each([
  ['ENOSPC: no space left on device, write', 'disk-full'],
  ["EACCES: permission denied, mkdir '/x'", 'no-permission'],
  ['could not bind IPv4 address "127.0.0.1": Address already in use', 'port-in-use'],
  ['something else entirely', 'environment'],
])('%s is told as %s', (said, code) => {
  const error = environmentError('It could not be made', new Error(said))
  expect(error).toMatchObject({ code, blame: 'environment' })
  expect(error.message).toMatch(/^It could not be made: [^\n]+\.$/)
})

test('a cause that only the log knows is found there, and the log is shown', () => {
  const log = 'FATAL: x\nDETAIL: No space left on device'
  const error = environmentError('PostgreSQL did not start', '', { code: 'other', log })
  expect(error.code).toBe('disk-full')
  expect(error.message).toContain('  FATAL: x\n  DETAIL: No space left on device')
})
