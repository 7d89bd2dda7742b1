// The HTTP side of a service: Fastify with TypeBox schemas, OpenAPI at /docs, health, metrics, limits and
// problem answers. Nothing is logged per request, and the hot path has no hook: each one costs.

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import cors from '@fastify/cors'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type onRequestAsyncHookHandler,
  type RawServerDefault,
} from 'fastify'
import type { Logger } from 'pino'
import type { TSchema } from 'typebox'

import { answerError, answerUnparsable } from './error-answers.ts'
import { Metrics } from './metrics.ts'
import { badRequest, Problem } from './problem.ts'
import { attribute, RequestGate } from './request-gate.ts'
import { compileValidator } from './validation.ts'

/** A Fastify instance whose routes are typed by their TypeBox schemas. */
export type HttpApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  never,
  TypeBoxTypeProvider
>

/** What looks at a request before its body is read. */
export type RequestHook = onRequestAsyncHookHandler

export interface HttpServiceOptions {
  readonly title: string
  readonly version: string
  readonly settings: {
    readonly BODY_LIMIT_BYTES: number
    readonly REQUEST_TIMEOUT_MS: number
    readonly MAX_REQUESTS_IN_FLIGHT: number
    readonly CORS_ORIGINS: string
  }
  readonly log: Logger
  /** Whether routes may say `security: [{ bearer: [] }]`: the document then describes bearer tokens. */
  readonly hasBearerTokens?: boolean
  /** Whether a path is the same with and without a slash at its end. Default false. */
  readonly ignoresTrailingSlashes?: boolean
  /** Where the contract says whether it is alive, beside /livez: answered however much is under way. */
  readonly alivePaths?: readonly string[]
  /** Whether requests can be answered now; asked by /readyz. */
  readonly isReady: () => Promise<boolean>
}

export interface HttpService {
  readonly app: HttpApp
  readonly gate: RequestGate
  readonly metrics: Metrics
}

const pathsAlwaysAnswered = ['/livez', '/readyz', '/metrics']

/** Builds the service without its routes; add them to `app`, then listen. */
export async function createHttpService(options: HttpServiceOptions): Promise<HttpService> {
  const { settings, log } = options
  const errorId = randomUUID
  const metrics = new Metrics()
  const unmatched = metrics.route('unmatched')
  const gate = new RequestGate({
    maxInFlight: settings.MAX_REQUESTS_IN_FLIGHT,
    alwaysAdmitted: new Set([...pathsAlwaysAnswered, ...(options.alivePaths ?? [])]),
    unmatched,
    now: () => performance.now(),
    errorId,
  })
  const handleError = answerError({ log, errorId, metrics })
  const app: HttpApp = fastify({
    logger: false,
    bodyLimit: settings.BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    routerOptions: {
      maxParamLength: 256,
      ignoreTrailingSlash: options.ignoresTrailingSlashes ?? false,
    },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    frameworkErrors: (error, request, reply) =>
      handleError(badRequest(error.message), request, reply as unknown as FastifyReply),
    clientErrorHandler: answerUnparsable({
      errorId,
      isAnswering: (socket) => gate.isAnswering(socket),
    }),
    serverFactory: (handler) =>
      createServer(
        {
          requestTimeout: settings.REQUEST_TIMEOUT_MS,
          headersTimeout: settings.REQUEST_TIMEOUT_MS,
          connectionsCheckingInterval: 1_000,
          keepAliveTimeout: keepAlive,
        },
        (request, response) => gate.admit(request, response, handler),
      ),
  })
  app.setValidatorCompiler<TSchema>(compileValidator)
  app.setErrorHandler(handleError)
  acceptJsonOnly(app)
  countByRoute(app, metrics)
  refuseUndeclared(app, options.ignoresTrailingSlashes ?? false)
  await addDocuments(app, options)
  addHealth(app, options, metrics)
  limitSilence(app, gate, settings.REQUEST_TIMEOUT_MS)
  return { app, gate, metrics }
}

/** Longer than balancers keep an idle connection (60 s is usual), so that they close it first. */
const keepAlive = 72_000

/** A client that does not read must not keep its place among the requests in flight. */
function limitSilence(app: HttpApp, gate: RequestGate, timeout: number): void {
  const watch = setInterval(() => gate.limitSilence(timeout), 1_000).unref()
  app.addHook('onClose', () => clearInterval(watch))
}

/** PostgreSQL cannot store NUL, so a body that names it is refused before it is a query. */
function acceptJsonOnly(app: HttpApp): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body as string
    // Clients that name the type of every request name it of one without a body, too.
    if (text === '') {
      done(null, undefined)
      return
    }
    if (text.includes('\\u0000') && /(^|[^\\])(\\\\)*\\u0000/.test(text)) {
      done(badRequest('A NUL character is not accepted.'))
      return
    }
    void parse(request, text, done)
  })
}

/** Wraps each handler to name its route on the response and to send the headers every answer has. */
function countByRoute(app: HttpApp, metrics: Metrics): void {
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/docs')) return
    const figures = metrics.route(`${String(route.method)} ${route.url}`)
    const handler = route.handler
    route.handler = function (request, reply) {
      attribute(reply.raw, figures)
      void reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store')
      return handler.call(this, request, reply)
    }
  })
}

/** 405 where the path exists with another method, else 404. */
function refuseUndeclared(app: HttpApp, ignoresTrailingSlashes: boolean): void {
  const methodsOf = new Map<string, string[]>()
  const partsOf = (path: string) =>
    (ignoresTrailingSlashes ? path.replace(/\/$/, '') : path).split('/')
  app.addHook('onRoute', ({ url, method }) => {
    methodsOf.set(url, [...(methodsOf.get(url) ?? []), ...[method].flat()])
  })
  app.setNotFoundHandler((request, reply) => {
    const path = partsOf(request.url.split('?', 1)[0] ?? '')
    const url = [...methodsOf.keys()].find((declared) => fits(partsOf(declared), path))
    const allowed = url === undefined ? undefined : methodsOf.get(url)?.join(', ')
    if (allowed === undefined) {
      throw new Problem({
        status: 404,
        title: 'Not found',
        detail: 'There is nothing at this path.',
      })
    }
    void reply.header('allow', allowed)
    throw new Problem({
      status: 405,
      title: 'Method not allowed',
      detail: `This path takes ${allowed}.`,
    })
  })
}

function fits(declared: readonly string[], path: readonly string[]): boolean {
  return (
    declared.length === path.length &&
    declared.every((part, i) => part.startsWith(':') || part === path[i])
  )
}

async function addDocuments(app: HttpApp, options: HttpServiceOptions) {
  const { title, version, settings, hasBearerTokens = false } = options
  const origins = settings.CORS_ORIGINS.split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')
  if (origins.length > 0) {
    await app.register(cors, {
      origin: origins,
      credentials: true,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    })
  }
  const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const
  const components = hasBearerTokens ? { components: { securitySchemes: { bearer } } } : {}
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title, version }, ...components },
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}

function addHealth(app: HttpApp, { isReady }: HttpServiceOptions, metrics: Metrics): void {
  const hidden = { schema: { hide: true } }
  app.get('/livez', hidden, (_request, reply) => reply.send({ alive: true }))
  app.get('/readyz', hidden, async (_request, reply) => {
    const ready = await isReady()
    return await reply.code(ready ? 200 : 503).send({ ready })
  })
  app.get('/metrics', hidden, (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(metrics.text()),
  )
}
