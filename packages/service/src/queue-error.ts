// What a failed call to a queue means: the client may be told that nothing happened only where that is sure.

/**
 * How a call failed.
 *
 *   refused   surely not done: nothing was sent, or the queue said no
 *   lost      perhaps done: no answer, or one that tells nothing
 */
export type QueueFailure = 'refused' | 'lost'

/** A call to a queue that did not succeed. */
export class QueueError extends Error {
  readonly failure: QueueFailure

  constructor(failure: QueueFailure, cause: unknown) {
    super(`queue ${failure}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'QueueError'
    this.failure = failure
  }
}

const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

/** Sorts whatever the SDK threw. A status of 4xx is a refusal; 5xx and a cut connection leave it open. */
export function failureOfCall(error: unknown): QueueFailure {
  const { code, name, $metadata } = (error ?? {}) as {
    code?: unknown
    name?: unknown
    $metadata?: { httpStatusCode?: number }
  }
  const status = $metadata?.httpStatusCode ?? 0
  if (status >= 400 && status < 500) return 'refused'
  if (typeof code === 'string' && neverSent.test(code)) return 'refused'
  return name === 'CredentialsProviderError' ? 'refused' : 'lost'
}
