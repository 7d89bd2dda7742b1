// A workload whose personas never get to their first request would be searched for an hour and say nothing.

import type { RunRecord } from '@plimsoll/record'
import { PlimsollError } from '@plimsoll/workload'

/** Throws `nothing-was-sent` when no session of the warm-up made a request, with what its personas threw. */
export function requireActions({
  seconds,
  sessions,
}: Pick<RunRecord, 'seconds' | 'sessions'>): void {
  if (seconds.some(({ actions }) => actions.size > 0)) return
  throw new PlimsollError({
    code: 'nothing-was-sent',
    blame: 'input',
    message: `None of the ${sessions.started} sessions of the warm-up sent a request.`,
    hint: 'Mend the personas: each makes at least one request with http.',
    faults: sessions.errors.map((problem) => ({ where: 'persona', problem })),
  })
}
