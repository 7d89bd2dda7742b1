import { Code, ConnectError } from '@connectrpc/connect'
import { expect, test } from 'vitest'

import { callFailureOf } from './call-failure.ts'

const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
const caused = ConnectError.from(refused, Code.Unavailable)

for (const [what, error, kind] of [
  ['a connection that is refused', caused, 'notSent'],
  ['a deadline that passes', new ConnectError('late', Code.DeadlineExceeded), 'lost'],
  ['a connection that breaks', new ConnectError('broken', Code.Unavailable), 'lost'],
  ['a call that is too large', new ConnectError('large', Code.ResourceExhausted), 'answered'],
  ['a call with a wrong field', new ConnectError('wrong', Code.InvalidArgument), 'answered'],
] as const) {
  test(`${what} is ${kind}`, () => {
    expect(callFailureOf(error).kind).toBe(kind)
  })
}
