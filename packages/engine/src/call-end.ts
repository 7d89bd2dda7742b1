// What the end of a remote call means, by the rules of the design: a refusal did not happen, any other end of a call
// that writes may have.

import type { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt'
import type { SentOutcome } from './outcome.ts'

export interface CallEnd {
  /** As gRPC names it. */
  readonly status: string
  readonly reason: string
  readonly outcome: SentOutcome
}

/** The names of gRPC's statuses, by number. */
const codes = [
  'ok',
  'canceled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
]
/** Said by a server, these do not say that nothing was done. */
const leavesOpen = new Set(['canceled', 'unknown', 'deadline_exceeded', 'internal', 'data_loss'])
/** Before anything was sent, or refused by the server before it looked. */
const neverSent = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_INVALID_SESSION',
])
const refusedStream = 'NGHTTP2_REFUSED_STREAM'
/** By its number, so that protobuf is loaded with the first call and not before. */
const noSideEffects = 1 as Idempotency.NO_SIDE_EFFECTS

/** What Connect's client threw; null when it is none of its errors. */
export function callEnd(thrown: unknown, idempotency: Idempotency): CallEnd | null {
  if (!(thrown instanceof Error) || thrown.name !== 'ConnectError') return null
  const { code: number, metadata, rawMessage } = thrown as Error & ConnectErrorParts
  const status = codes[number] ?? 'unknown'
  // Only an error that came as an answer has the headers of one.
  const isFromServer = metadata.has('content-type')
  const isRefusal = isFromServer ? !leavesOpen.has(status) : wasNeverSent(thrown)
  const reason = isFromServer ? `status ${status}` : `${status}: ${rawMessage}`
  return { status, reason, outcome: isRefusal ? 'failed' : open(idempotency) }
}

/** Nobody waits for it any more. */
export function givenUp(reason: string, idempotency: Idempotency): CallEnd {
  return { status: 'deadline_exceeded', reason, outcome: open(idempotency) }
}

interface ConnectErrorParts {
  readonly code: number
  readonly metadata: Headers
  readonly rawMessage: string
}

function wasNeverSent(thrown: Error): boolean {
  for (let at: unknown = thrown; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string' && neverSent.has(code)) return true
    if (at.message.includes(refusedStream)) return true
  }
  return false
}

function open(idempotency: Idempotency): SentOutcome {
  return idempotency === noSideEffects ? 'failed' : 'unknown'
}
