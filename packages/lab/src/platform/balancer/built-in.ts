// The balancer for machines without HAProxy, with the same promises: least outstanding requests, streams
// both ways, keeps connections unless told not to, and asks another instance only when a connection could not be made.
// WebSockets are not passed on.

import { Agent, createServer, request } from 'node:http'
import type { ClientRequest, IncomingMessage, Server, ServerResponse } from 'node:http'
import { Backends, noteCheck, type Backend } from './backends.ts'

export interface BuiltInBalancerOptions {
  readonly instances: readonly number[]
  /** Path of the health check, asked once a second. */
  readonly ready: string
  /** Whether connections to the instances are used again, or made for every request. */
  readonly keep_alive: 'on' | 'off'
}

const connectTimeout_ms = 2_000
const answerTimeout_ms = 60_000
const healthEvery_ms = 1_000
const healthTimeout_ms = 5_000

/** These concern one connection and are not passed on (RFC 9110, 7.6.1). */
const hopByHop = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(' '),
)

/** A server that passes requests on; listen to it. It asks for health until it is closed. */
export function builtInBalancer(options: BuiltInBalancerOptions): Server {
  const { instances, ready, keep_alive } = options
  const [keepAlive, connection] = keep_alive === 'on' ? [true, 'keep-alive'] : [false, 'close']
  const agent = new Agent({ keepAlive, maxFreeSockets: 1_024, scheduling: 'lifo' })
  const backends = new Backends(instances)
  const server = createServer((incoming, answer) => {
    new Passage({ incoming, answer, agent, connection, backends }).begin()
  })
  server.keepAliveTimeout = 60_000
  const health = backends.all.map((backend) => watchHealth(backend, ready))
  server.on('close', () => {
    for (const stop of health) stop()
    agent.destroy()
  })
  return server
}

/** Asks again a second after each answer; returns what ends it. */
function watchHealth(backend: Backend, ready: string): () => void {
  let next: NodeJS.Timeout | undefined
  const ask = () => {
    const check = request({ host: '127.0.0.1', port: backend.port, path: ready, agent: false })
    check.setTimeout(healthTimeout_ms, () => check.destroy(new Error('health check timed out')))
    check.on('response', (answer) => {
      noteCheck(backend, answer.statusCode === 200 ? 'healthy' : 'failed')
      answer.resume()
    })
    check.on('error', (error: NodeJS.ErrnoException) => {
      noteCheck(backend, error.code === 'ECONNREFUSED' ? 'refused' : 'failed')
    })
    check.on('close', () => (next = setTimeout(ask, healthEvery_ms).unref()))
    check.end()
  }
  next = setTimeout(ask, healthEvery_ms).unref()
  return () => clearTimeout(next)
}

interface PassageOptions {
  readonly incoming: IncomingMessage
  readonly answer: ServerResponse
  readonly agent: Agent
  /** The header that an instance is sent. */
  readonly connection: string
  readonly backends: Backends
}

/** One request on its way to an instance and back. */
class Passage {
  readonly #incoming: IncomingMessage
  readonly #answer: ServerResponse
  readonly #agent: Agent
  readonly #connection: string
  readonly #backends: Backends
  readonly #tried = new Set<Backend>()

  constructor({ incoming, answer, agent, connection, backends }: PassageOptions) {
    this.#incoming = incoming
    this.#answer = answer
    this.#agent = agent
    this.#connection = connection
    this.#backends = backends
  }

  begin(): void {
    const backend = this.#backends.choose(this.#tried)
    if (backend === null) return this.#refuse(503, 'No instance is ready.')
    this.#tried.add(backend)
    const outgoing = request({
      host: '127.0.0.1',
      port: backend.port,
      method: this.#incoming.method,
      path: this.#incoming.url,
      headers: this.#headers(),
      agent: this.#agent,
      setDefaultHeaders: false,
    })
    backend.outstanding += 1
    let isSent = false
    outgoing.on('socket', (socket) => {
      const send = () => {
        isSent = true
        outgoing.setTimeout(answerTimeout_ms, () => outgoing.destroy(new Error('timed out')))
        this.#incoming.pipe(outgoing)
      }
      if (!socket.connecting) return send()
      const late = setTimeout(
        () => socket.destroy(new Error('connecting timed out')),
        connectTimeout_ms,
      )
      socket.once('connect', send)
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(late))
    })
    outgoing.on('response', (received) => this.#passBack(received))
    outgoing.on('error', (error) => {
      if (isSent) return this.#fail(error)
      noteCheck(backend, 'refused')
      this.begin()
    })
    outgoing.on('close', () => (backend.outstanding -= 1))
    this.#answer.once('close', () => this.#abandon(outgoing))
  }

  #headers(): string[] {
    const headers = passedOn(this.#incoming.rawHeaders)
    const isChunked = this.#incoming.headers['transfer-encoding'] !== undefined
    if (isChunked) headers.push('transfer-encoding', 'chunked')
    return [...headers, 'connection', this.#connection]
  }

  #passBack(received: IncomingMessage): void {
    this.#answer.writeHead(
      received.statusCode ?? 502,
      received.statusMessage,
      passedOn(received.rawHeaders),
    )
    received.on('error', () => this.#answer.destroy())
    received.on('aborted', () => this.#answer.destroy())
    received.pipe(this.#answer)
  }

  /** The client has gone before the answer was complete. */
  #abandon(outgoing: ClientRequest): void {
    if (!this.#answer.writableFinished) outgoing.destroy()
  }

  #fail(error: Error): void {
    if (this.#answer.headersSent) this.#answer.destroy()
    else if (error.message === 'timed out')
      this.#refuse(504, 'The instance did not answer in time.')
    else this.#refuse(502, 'The instance broke the connection.')
  }

  #refuse(status: number, detail: string): void {
    if (this.#answer.headersSent || this.#answer.destroyed) return
    this.#incoming.resume()
    this.#answer.writeHead(status, { 'content-type': 'application/problem+json' })
    this.#answer.end(JSON.stringify({ title: detail, status }))
  }
}

function passedOn(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name = '', value = ''] = [raw[i], raw[i + 1]]
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, value)
  }
  return kept
}
