// What a caller is told about a request that was not carried out: as the status of its call, or within the answer to
// a call of many.

import { Code, ConnectError } from '@connectrpc/connect'
import { create } from '@bufbuild/protobuf'
import { Problem, StatementError, type Logger } from '@plimsoll/service'

import { Fault } from '../chats/chat.ts'
import { RefusalSchema, type Refusal } from './generated/messaging.ts'

export interface RefusalOptions {
  /** Whether the database can be reached. Another store may reach it, but would be as busy. */
  readonly hasDatabase: () => boolean
  readonly log: Logger
}

/** Our own failures are logged, and told without their cause. */
export function refusalOf(error: unknown, { hasDatabase, log }: RefusalOptions): Refusal {
  const notBegun = hasDatabase() ? Code.ResourceExhausted : Code.Unavailable
  if (error instanceof Fault) return refusal(Code.InvalidArgument, error.message, error.field)
  if (error instanceof Problem) {
    return refusal(error.status === 503 ? notBegun : Code.Unknown, error.message)
  }
  if (error instanceof StatementError && ['unavailable', 'conflict'].includes(error.failure)) {
    return refusal(notBegun, 'The database is not available.')
  }
  log.error({ err: error }, 'a request failed on our side')
  return refusal(Code.Internal, 'Something failed on our side.')
}

/** The same as the status of a call. */
export function callErrorOf(error: unknown, options: RefusalOptions): ConnectError {
  const { code, field, problem } = refusalOf(error, options)
  return new ConnectError(field === '' ? problem : `${field} ${problem}`, code)
}

function refusal(code: Code, problem: string, field = ''): Refusal {
  return create(RefusalSchema, { code, field, problem })
}
