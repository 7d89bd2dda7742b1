// Turns whatever a route or the framework throws into a problem answer. What is our fault is logged with
// the id that the client is told.

import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'

import { lingering } from './lingering.ts'
import type { Metrics } from './metrics.ts'
import { badRequest, Problem, problemBody, unavailable } from './problem.ts'
import { attribute } from './request-gate.ts'
import { StatementError } from './statement.ts'

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  408: 'Request timeout',
  413: 'Too large',
  415: 'Unsupported media type',
  431: 'Headers too large',
}

/** What the client is told about an error; `undefined` when the error is ours. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof StatementError) {
    return error.failure === 'unavailable' || error.failure === 'conflict'
      ? unavailable('The database is not available.')
      : undefined
  }
  const { statusCode, message } = error as Partial<FastifyError>
  if (statusCode === undefined || statusCode < 400 || statusCode > 499) return undefined
  return new Problem({
    status: statusCode,
    title: titles[statusCode] ?? 'Refused',
    detail: message ?? 'The request was refused.',
  })
}

const internal = new Problem({
  status: 500,
  title: 'Internal error',
  detail: 'Something failed on our side. The error id is in our log.',
})

export interface AnswerErrorOptions {
  readonly log: Logger
  readonly errorId: () => string
  readonly metrics: Metrics
}

/** The error handler of the framework. */
export function answerError({ log, errorId, metrics }: AnswerErrorOptions) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(error) ?? internal
    const id = errorId()
    const { url } = request.routeOptions
    if (url !== undefined) attribute(reply.raw, metrics.route(`${request.method} ${url}`))
    if (problem.status >= 500 && problem.status !== 503) {
      const asked = request.headers['x-request-id']
      log.error(
        {
          error_id: id,
          request_id: typeof asked === 'string' ? asked.slice(0, 64) : request.id,
          method: request.method,
          route: url,
          err: error,
        },
        problem.title,
      )
    }
    // The rest of a body that was not read must not be taken for the next request.
    if (problem.status === 413 || problem.status === 408) void reply.header('connection', 'close')
    if (problem.retryAfterSeconds !== undefined) {
      void reply.header('retry-after', String(problem.retryAfterSeconds))
    }
    const body = problemBody(problem, id)
    void reply
      .code(problem.status)
      .header('content-type', 'application/problem+json')
      .header('content-length', Buffer.byteLength(body))
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store')
      .send(problem.status === 413 && !request.raw.complete ? lingering(body, request.raw) : body)
  }
}

export interface AnswerUnparsableOptions {
  readonly errorId: () => string
  /** An error beside an answer is about the next request: writing it would take that answer's place. */
  readonly isAnswering: (socket: Socket) => boolean
}

/** Answers a request that Node could not parse, and closes its connection. */
export function answerUnparsable({ errorId, isAnswering }: AnswerUnparsableOptions) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (socket.writableEnded) return
    if (!socket.writable || isAnswering(socket)) {
      socket.destroy()
      return
    }
    const status =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? 431
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? 408
          : 400
    const title = titles[status] ?? 'Bad request'
    const detail = status === 400 ? badRequest('This is not valid HTTP.').message : `${title}.`
    const body = problemBody(new Problem({ status, title, detail }), errorId())
    socket.end(
      `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
  }
}
