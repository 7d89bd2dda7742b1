import { Code } from '@connectrpc/connect'
import { createLog, outcomeUnknown, StatementError, unavailable } from '@plimsoll/service'
import { expect, test } from 'vitest'

import { Fault } from '../chats/chat.ts'
import { refusalOf } from './refusals.ts'

const log = createLog({ service: 'test', level: 'silent' })

for (const [what, error, hasDatabase, code] of [
  ['a wrong field', new Fault('chat', 'is wrong'), true, Code.InvalidArgument],
  ['what waited too long', unavailable('busy'), true, Code.ResourceExhausted],
  ['what found no database', unavailable('away'), false, Code.Unavailable],
  ['a deadlock to the end', new StatementError('conflict', 'x'), true, Code.ResourceExhausted],
  ['a connection that broke', outcomeUnknown(), false, Code.Unknown],
  ['a mistake of ours', new TypeError('oops'), true, Code.Internal],
] as const) {
  test(`${what} is ${Code[code]}`, () => {
    expect(refusalOf(error, { hasDatabase: () => hasDatabase, log }).code).toBe(code)
  })
}
