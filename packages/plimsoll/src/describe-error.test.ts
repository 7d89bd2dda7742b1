import { expect, test } from 'vitest'
import { PlimsollError } from '@plimsoll/workload'
import { describeError } from './describe-error.ts'

function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: refused, write`), {
    code,
    syscall: 'write',
    path: '/r/x',
  })
}

test.each([
  ['ENOSPC', 'disk-full'],
  ['EROFS', 'environment'],
  ['EACCES', 'environment'],
])('%s from any file is the machine’s, told in one sentence', (code) => {
  const { text, code: exit } = describeError(refusal(code), 'run')
  expect(exit).toBe(4)
  expect(text).toMatch(/^\/r\/x cannot be used \(write\): [^\n]+ \[[a-z-]+\]\nNext: [^\n]+$/)
})

test('what went wrong first is told, when putting away failed as well', () => {
  const first = new PlimsollError({ code: 'x', blame: 'input', message: 'First.', hint: 'Mend.' })
  const both = new SuppressedError(refusal('ENOSPC'), first)
  expect(describeError(both, 'run')).toEqual({ text: 'First. [x]\nNext: Mend.', code: 3 })
})

test('every fault has a line', () => {
  const faults = [
    { where: 'mix.reader', problem: 'expected 1' },
    { where: 'phases', problem: 'expected 2' },
  ]
  const error = new PlimsollError({
    code: 'x',
    blame: 'input',
    message: 'No.',
    hint: 'Mend.',
    faults,
  })
  expect(describeError(error, 'run').text).toBe(
    'No. [x]\n  mix.reader: expected 1\n  phases: expected 2\nNext: Mend.',
  )
})

test('anything else is a bug, with its stack', () => {
  const { text, code } = describeError(new TypeError('x is not a function'), 'run')
  expect(code).toBe(5)
  expect(text).toMatch(/^This is a bug of Plimsoll[^]*TypeError: x is not a function\n {4}at /)
})
