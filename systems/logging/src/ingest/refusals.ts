// What a client is told when its records were not taken.

import { Problem, unavailable, type ProblemExtensions } from '@plimsoll/service'

import { NotTaken } from './packer.ts'

/** The answer to a request of which nothing was taken; `members` of it say which records to send again. */
export function refusal(error: unknown, members: ProblemExtensions): unknown {
  if (!(error instanceof NotTaken)) return error
  if (error.failure === 'refused') return unavailable(reasons.refused)
  if (error.failure === 'tooLarge') {
    return new Problem({ status: 413, title: 'Too large', detail: reasons.tooLarge })
  }
  return new Problem({
    status: 504,
    title: 'Outcome unknown',
    detail: reasons.lost,
    retryAfterSeconds: 1,
    extensions: members,
  })
}

/** The same for one record of many. */
export const reasons = {
  refused: 'The queue cannot take it now. Send it again.',
  lost: 'The queue may have taken it or not. Send it again with its id: it is stored once.',
  tooLarge: 'The record does not fit into a message of the queue, even compressed.',
} as const
