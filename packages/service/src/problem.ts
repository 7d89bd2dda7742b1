// What a client is told when a request fails: RFC 9457 problem details. Never a stack, never SQL; the
// error id is in the log.

/** Members of the answer beyond the standard ones, e.g. `errors`. */
export type ProblemExtensions = Readonly<Record<string, unknown>>

export interface ProblemOptions {
  readonly status: number
  readonly title: string
  /** What to change, for the person who reads it. */
  readonly detail: string
  readonly retryAfterSeconds?: number
  readonly extensions?: ProblemExtensions
}

/** A failure that the client is told about. Throw it from a route. */
export class Problem extends Error {
  readonly status: number
  readonly title: string
  readonly retryAfterSeconds: number | undefined
  readonly extensions: ProblemExtensions

  constructor({ status, title, detail, retryAfterSeconds, extensions = {} }: ProblemOptions) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.title = title
    this.retryAfterSeconds = retryAfterSeconds
    this.extensions = extensions
  }
}

/** 400: the request is malformed. */
export function badRequest(detail: string, extensions: ProblemExtensions = {}): Problem {
  return new Problem({ status: 400, title: 'Bad request', detail, extensions })
}

/** 503: it surely did not happen; the client may try again after a second. */
export function unavailable(detail: string): Problem {
  return new Problem({ status: 503, title: 'Not available now', detail, retryAfterSeconds: 1 })
}

/** 504: a write was sent and its end is not known; only an Idempotency-Key makes repeating it safe. */
export function outcomeUnknown(): Problem {
  return new Problem({
    status: 504,
    title: 'Outcome unknown',
    detail:
      'The connection to the database was lost while writing: it may have happened or not. ' +
      'Repeat the request with the same Idempotency-Key, or read before repeating it.',
  })
}

/** The body of a problem answer. */
export function problemBody(problem: Problem, errorId: string): string {
  return JSON.stringify({
    ...problem.extensions,
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    error_id: errorId,
  })
}
