// What this contract adds to problem answers: `error` where one thing is wrong, `errors` where a list is.

import { compileValidator, Problem, type HttpApp } from '@plimsoll/service'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'

/** Every problem that a route answers with gets `error`, too: it is what the published front end shows. */
export function nameErrors(app: HttpApp): void {
  app.addHook('onError', (_request, _reply, error, done) => {
    if (error instanceof Problem) {
      const extensions = { error: error.message, ...error.extensions }
      Object.assign(error, { extensions })
    }
    done()
  })
}

/** 401: nobody is logged in, or not as who they say. */
export function unauthorized(detail: string): Problem {
  return new Problem({ status: 401, title: 'Unauthorized', detail })
}

/** 403: it is there, and not the caller's. */
export function forbidden(detail: string): Problem {
  return new Problem({ status: 403, title: 'Forbidden', detail })
}

/** 404: it is not there, or the caller may not know that it is. */
export function notFound(detail: string): Problem {
  return new Problem({ status: 404, title: 'Not found', detail })
}

/** 422: what was asked cannot be done. */
export function unprocessable(errors: readonly string[]): Problem {
  const detail = errors.join(' ')
  return new Problem({ status: 422, title: 'Not acceptable', detail, extensions: { errors } })
}

/** 429: too often; the client may try again after the seconds given. */
export function tooMany(detail: string, retryAfterSeconds: number): Problem {
  return new Problem({ status: 429, title: 'Too many requests', detail, retryAfterSeconds })
}

/** The validator of routes whose body is refused with 422 and a list of sentences. */
export const validateBody: FastifySchemaCompiler<TSchema> = (part) => {
  const validate = compileValidator(part)
  if (part.httpPart !== 'body') return validate
  const { required } = part.schema as { required?: readonly string[] }
  return (sent: unknown) => {
    // A body of which nothing is required may be left out.
    const given = (sent ?? null) === null && required === undefined ? {} : sent
    if (!isWellFormed(given)) return { error: unprocessable(['Text must be valid Unicode.']) }
    const result = validate(given) as { value: unknown } | { error: Problem }
    if (!('error' in result)) return result
    const errors = result.error.extensions['errors'] as { where: string; problem: string }[]
    return { error: unprocessable(errors.map(({ where, problem }) => `${where} ${problem}.`)) }
  }
}

/** Half a surrogate pair cannot be stored as it is; it would come back as another text. */
function isWellFormed(value: unknown): boolean {
  // No recursion: a body may be nested deeper than the stack.
  const left: unknown[] = [value]
  while (left.length > 0) {
    const next = left.pop()
    if (typeof next === 'string' && !next.isWellFormed()) return false
    if (typeof next === 'object' && next !== null)
      for (const one of Object.values(next)) left.push(one)
  }
  return true
}
