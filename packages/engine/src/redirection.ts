// Where a redirect leads, by RFC 9110. Load goes to the declared server only: a redirect to another one is never
// followed.

import type { Method } from '@plimsoll/workload'
import { headerOf } from './head-fields.ts'
import { originOf, type Target } from './target.ts'

export type Redirection =
  | { readonly kind: 'go'; readonly method: Method; readonly path: string }
  | { readonly kind: 'stay' }
  | { readonly kind: 'stop'; readonly reason: string }

export interface Redirecting {
  readonly method: Method
  /** What was asked for, with its query. */
  readonly path: string
  readonly status: number
  readonly head: string
}

/** 303 is followed by GET, and so is a POST after 301 or 302, as browsers do; 307 and 308 repeat what was sent. */
export function redirection(
  target: Target,
  { method, path, status, head }: Redirecting,
): Redirection {
  const location = headerOf(head, 'location')
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return { kind: 'stay' }
  const origin = originOf(target)
  const to = URL.parse(location, origin + path)
  if (to === null) return { kind: 'stop', reason: 'redirect to no address' }
  if (to.origin !== new URL(origin).origin) {
    return { kind: 'stop', reason: `redirect to another server: ${to.origin}` }
  }
  const becomesGet = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST'
  return { kind: 'go', method: becomesGet ? 'GET' : method, path: to.pathname + to.search }
}
