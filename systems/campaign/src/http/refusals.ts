// What a client is told when this contract refuses: problem answers, whose `detail` is what its public clients show.

import { badRequest, compileValidator, Problem } from '@plimsoll/service'
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'

/** 401: nobody is logged in, or not as who they say. */
export function unauthorized(detail: string): Problem {
  return new Problem({ status: 401, title: 'Unauthorized', detail })
}

/** 401: the token is good, and its user is not in this database. */
export function nobody(): Problem {
  return unauthorized('The token names nobody who is here: register again.')
}

/** 403: the caller may not do this. */
export function forbidden(detail: string): Problem {
  return new Problem({ status: 403, title: 'Forbidden', detail })
}

/** 404: it is not there. */
export function notFound(detail: string): Problem {
  return new Problem({ status: 404, title: 'Not found', detail })
}

/** 409: not as things are. */
export function conflict(detail: string): Problem {
  return new Problem({ status: 409, title: 'Conflict', detail })
}

/** 413: more than is taken. */
export function tooLarge(detail: string): Problem {
  return new Problem({ status: 413, title: 'Too large', detail })
}

/** 429: too often; the client may try again after the seconds given. */
export function tooMany(detail: string, retryAfterSeconds: number): Problem {
  return new Problem({ status: 429, title: 'Too many requests', detail, retryAfterSeconds })
}

/** The validator of routes with a body: text that cannot be stored as it is sent is refused too. */
export const validateBody: FastifySchemaCompiler<TSchema> = (part) => {
  const validate = compileValidator(part)
  if (part.httpPart !== 'body') return validate
  return (sent: unknown) =>
    isStorable(sent)
      ? validate(sent)
      : { error: badRequest('Text must be valid Unicode without NUL characters.') }
}

/** Half a surrogate pair would come back as another text, and PostgreSQL has no NUL. Bodies here are flat. */
function isStorable(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return true
  return Object.values(body).every(
    (value) => typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0')),
  )
}
