// Which actions a check speaks of, and what the checks together ask of one action.

import type { Check } from '@plimsoll/record'

/** Whether the check speaks of this action. */
export function concerns(check: Check, action: string): boolean {
  if (check.kind !== 'response_time') return true
  if (check.of !== undefined && !check.of.includes(action)) return false
  return check.except === undefined || !check.except.includes(action)
}

/** The tightest limit on the action's response time, ms; infinite when no check limits it. */
export function limitOf(checks: readonly Check[], action: string): number {
  const limits = checks.flatMap((check) =>
    check.kind === 'response_time' && concerns(check, action) ? check.below_ms : [],
  )
  return Math.min(Infinity, ...limits)
}
