// How a call to a store failed.

import { Code, ConnectError } from '@connectrpc/connect'

/**
 * `notSent`: it never reached a store that would take it, so it surely did not happen. `lost`: it may have.
 * `answered`: so it may, but the store is well: it is this call that cannot be answered.
 */
export type CallFailureKind = 'notSent' | 'lost' | 'answered'

/** What a call rejects with. */
export class CallFailure extends Error {
  readonly kind: CallFailureKind

  constructor(kind: CallFailureKind, cause: unknown) {
    super(`call ${kind}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'CallFailure'
    this.kind = kind
  }
}

const neverSent = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_INVALID_SESSION',
])
/** The call itself is at fault, or too large for one, whichever side noticed; or the store has too much to do. */
const ofTheCall = new Set([Code.InvalidArgument, Code.ResourceExhausted])
const refusedStream = 'NGHTTP2_REFUSED_STREAM'

/** Sorts whatever the client threw. */
export function callFailureOf(error: unknown): CallFailure {
  for (let at = error; at instanceof Error; at = at.cause) {
    // The client's own errors have a number here.
    const code = String((at as { code?: unknown }).code)
    if (neverSent.has(code) || at.message.includes(refusedStream)) {
      return new CallFailure('notSent', error)
    }
  }
  return new CallFailure(isAnswer(error) ? 'answered' : 'lost', error)
}

function isAnswer(error: unknown): boolean {
  return error instanceof ConnectError && ofTheCall.has(error.code)
}
