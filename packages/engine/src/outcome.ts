// How an action ended, by the rules of the design. Whatever the system under study does is data.

import type { Method } from '@plimsoll/workload'

export type SentOutcome = 'ok' | 'failed' | 'unknown'

/**
 * What a whole answer means. In the `ok` list (default 200–399): ok. 4xx and 503: refused, so failed.
 * Any other: it may have happened, so unknown where the method writes. That includes a 2xx that is not
 * in the list: the server says that it did something.
 */
export function outcomeOfStatus(
  method: Method,
  status: number,
  ok: readonly number[] | undefined,
): SentOutcome {
  if (ok === undefined ? status >= 200 && status < 400 : ok.includes(status)) return 'ok'
  if (status === 503 || (status >= 400 && status < 500)) return 'failed'
  return writes(method) ? 'unknown' : 'failed'
}

/** What no answer, or less than a whole one, means: sent and lost may have happened. */
export function outcomeOfLoss(method: Method, { sent }: { sent: boolean }): SentOutcome {
  return sent && writes(method) ? 'unknown' : 'failed'
}

/** True for methods that change something: never sent twice. */
export function writes(method: Method): boolean {
  return method !== 'GET' && method !== 'HEAD'
}
