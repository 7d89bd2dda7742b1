// Stands before the framework and sees every request first: refuses what Node's parser lets through but two
// hops could read differently, bounds how many requests are in flight, counts them, and knows what is
// still open when the service drains.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import { Bag, type Kept } from './bag.ts'
import type { RouteFigures } from './metrics.ts'
import { badRequest, problemBody, unavailable, type Problem } from './problem.ts'

/** What the gate keeps with a response. */
interface Tracked extends ServerResponse, Kept {
  figures?: RouteFigures
  since?: number
  /** Where it counts as a request in flight; undefined when it does not. */
  place?: RequestGate | undefined
}

export interface GateOptions {
  readonly maxInFlight: number
  /** Paths that are answered however busy the service is. */
  readonly alwaysAdmitted: ReadonlySet<string>
  /** Where requests are counted that no route took. */
  readonly unmatched: RouteFigures
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly errorId: () => string
}

/** Made once: whoever is refused because there is too much to do must cost little. */
const tooMany = unavailable('Too many requests are in flight.')

/** Admits requests, or answers them itself. */
export class RequestGate {
  readonly #options: GateOptions
  readonly #inFlight = new Bag<Tracked>()
  readonly #closed: (this: Tracked) => void
  #places = 0
  #draining = false

  constructor(options: GateOptions) {
    this.#options = options
    const inFlight = this.#inFlight
    this.#closed = function (this: Tracked) {
      inFlight.delete(this)
      this.place?.giveUp(this)
      const figures = this.figures ?? options.unmatched
      // A client that went away before the answer is counted as 499, as balancers do. A 413 is answered before it ends.
      const isAnswered = this.writableFinished || (this.headersSent && this.statusCode === 413)
      const status = isAnswered ? this.statusCode : 499
      figures.observe(status, (options.now() - (this.since ?? 0)) / 1000)
    }
  }

  /** Hands the request on unless it is refused here. */
  admit(
    request: IncomingMessage,
    response: ServerResponse,
    next: (request: IncomingMessage, response: ServerResponse) => void,
  ): void {
    const refusal = this.#refusalOf(request)
    const tracked: Tracked = response
    tracked.since = this.#options.now()
    tracked.place = this
    this.#places += 1
    this.#inFlight.add(tracked)
    response.on('close', this.#closed)
    if (this.#draining || refusal?.status === 400) response.shouldKeepAlive = false
    if (refusal === undefined) next(request, response)
    else {
      answer(response, refusal, this.#options.errorId())
      // What follows on this connection cannot be trusted to be where it seems to be.
      if (refusal.status === 400) request.socket.destroySoon()
    }
  }

  /** Whoever gives their place up is counted among the requests in flight no longer. */
  giveUp(response: Tracked): void {
    if (response.place !== this) return
    response.place = undefined
    this.#places -= 1
  }

  /** From now on every answer closes its connection. */
  drain(): void {
    this.#draining = true
    for (const response of this.#inFlight) response.shouldKeepAlive = false
  }

  get inFlight(): number {
    return this.#inFlight.size
  }

  /** Gives each client that is taking its answer so long, in milliseconds, to take some more of it. */
  limitSilence(timeout: number): void {
    for (const { writableEnded, socket } of this.#inFlight) {
      if (writableEnded && socket !== null && !socket.timeout) socket.setTimeout(timeout)
    }
  }

  /** Whether a request is being answered on this connection: one that came in whole, or whose rest is not wanted. */
  isAnswering(socket: Socket): boolean {
    return [...this.#inFlight].some(
      ({ socket: own, req, headersSent }) => own === socket && (req.complete || headersSent),
    )
  }

  /** The routes that have not answered, each once. */
  stuckRoutes(): readonly string[] {
    return [...new Set([...this.#inFlight].map(({ figures }) => figures?.route ?? 'unmatched'))]
  }

  #refusalOf(request: IncomingMessage): Problem | undefined {
    const { headers, rawHeaders, url = '' } = request
    const encoding = headers['transfer-encoding']
    if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') {
      return badRequest('The only transfer encoding accepted is chunked.')
    }
    let hosts = 0
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]
      if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
    }
    if (hosts > 1) return badRequest('A request has one Host header.')
    if (url.includes('%00')) return badRequest('A NUL character is not accepted.')
    if (this.#places >= this.#options.maxInFlight && !this.#options.alwaysAdmitted.has(url)) {
      return tooMany
    }
    return undefined
  }
}

/** Says which route a response belongs to, for the figures. */
export function attribute(response: ServerResponse, figures: RouteFigures): void {
  ;(response as Tracked).figures = figures
}

/** An answer that goes on for minutes, and has a limit of its own, keeps no place from requests that do not. */
export function giveUpPlace(response: ServerResponse): void {
  const tracked: Tracked = response
  tracked.place?.giveUp(tracked)
}

function answer(response: ServerResponse, problem: Problem, errorId: string): void {
  const body = problemBody(problem, errorId)
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...(problem.retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(problem.retryAfterSeconds) }),
  })
  response.end(body)
}
