// Opens the streams of one session: WebSockets and server-sent events, over undici, each on a connection of its own.

import type {
  ActionOptions,
  MessageOptions,
  Stream,
  StreamOptions,
  Streams,
  WebSocketStream,
} from '@plimsoll/workload'
import type { Dispatcher } from 'undici'
import { EventParser } from './event-parser.ts'
import { lossReason } from './loss-reasons.ts'
import type { MeasuredAction } from './measured-action.ts'
import { MessageStream } from './message-stream.ts'
import type { RequestText } from './request-text.ts'
import type { StreamWires } from './stream-wires.ts'

/** What a session lends to its streams. */
export interface StreamGround {
  readonly wires: StreamWires
  /** Null when the run has ended. */
  begin(
    name: string,
    options: { readonly timeout?: number | undefined },
    giveUp: (action: MeasuredAction, reason: string) => void,
  ): MeasuredAction | null
  /** The request as it would be sent by `http.get`, with the session's headers and cookies. */
  requestFor(path: string, options: ActionOptions): { name: string; request: RequestText }
  setsCookies(head: string): void
}

interface Opening {
  readonly action: MeasuredAction
  readonly stream: MessageStream
  readonly resolve: (stream: MessageStream) => void
}

export class SessionStreams implements Streams {
  readonly #ground: StreamGround
  readonly #open = new Set<MessageStream>()

  constructor(ground: StreamGround) {
    this.#ground = ground
  }

  webSocket(path: string, options: StreamOptions = {}): Promise<WebSocketStream> {
    return this.#opened('WS', path, options, (opening, request) => {
      void this.#shake(opening, request)
    })
  }

  events(path: string, options: StreamOptions = {}): Promise<Stream> {
    const accept = { accept: 'text/event-stream', ...options.headers }
    return this.#opened('SSE', path, { ...options, headers: accept }, (opening, request) => {
      void this.#listen(opening, request)
    })
  }

  /** The session is over. */
  close(): void {
    for (const stream of this.#open) stream.close()
  }

  async #opened(
    verb: 'WS' | 'SSE',
    path: string,
    options: StreamOptions,
    open: (opening: Opening, request: RequestText) => void,
  ): Promise<MessageStream> {
    const { name, request } = this.#ground.requestFor(path, options)
    const begin = (
      what: string,
      how: MessageOptions,
      giveUp: (a: MeasuredAction, r: string) => void,
    ) => this.#ground.begin(`${verb} ${name} ${what}`, how, giveUp)
    // Loading is lateness of ours, no service time of the server's.
    await this.#ground.wires.ready()
    return new Promise((resolve) => {
      const stream = new MessageStream(begin)
      const action = this.#ground.begin(`${verb} ${name}`, options, (given, reason) =>
        this.#fail({ action: given, stream, resolve }, reason),
      )
      if (action === null) return
      this.#open.add(stream)
      open({ action, stream, resolve }, request)
    })
  }

  #succeed({ action, stream, resolve }: Opening): void {
    action.end('ok')
    resolve(stream)
  }

  /** It was not opened, or, later, no message comes any more. */
  #fail({ action, stream, resolve }: Opening, reason: string): void {
    if (!action.hasEnded) {
      stream.outcome = 'failed'
      action.end('failed', reason)
    }
    stream.over(reason)
    this.#open.delete(stream)
    resolve(stream)
  }

  async #shake(opening: Opening, request: RequestText): Promise<void> {
    const { stream } = opening
    try {
      const wire = await this.#ground.wires.webSocket(request, {
        open: () => this.#succeed(opening),
        message: (data) => stream.received(typeof data === 'string' ? 'text' : 'bytes', data),
        over: (reason) => this.#fail(opening, reason),
      })
      stream.carriedBy(wire)
    } catch (thrown) {
      this.#fail(opening, (thrown as Error).message)
    }
  }

  async #listen(opening: Opening, request: RequestText): Promise<void> {
    const { stream } = opening
    const over = new AbortController()
    stream.carriedBy({ send() {}, close: () => over.abort() })
    try {
      const answer = await this.#ground.wires.get(request, over.signal)
      const problem = problemOf(answer)
      if (problem !== '') {
        over.abort()
        answer.body.on('error', () => {})
        return this.#fail(opening, problem)
      }
      this.#keepCookies(answer)
      this.#succeed(opening)
      const parser = new EventParser(({ type, data }) => stream.received(type, data))
      for await (const piece of answer.body as AsyncIterable<Buffer>) parser.feed(piece)
      this.#fail(opening, 'the server ended the stream')
    } catch (thrown) {
      this.#fail(opening, lossReason(thrown as NodeJS.ErrnoException).text)
    }
  }

  #keepCookies({ headers }: Dispatcher.ResponseData): void {
    const set = headers['set-cookie']
    if (set === undefined) return
    const lines = typeof set === 'string' ? [set] : set
    this.#ground.setsCookies(lines.map((line) => `\r\nset-cookie: ${line}`).join('') + '\r\n')
  }
}

function problemOf({ statusCode, headers }: Dispatcher.ResponseData): string {
  if (statusCode !== 200) return `status ${statusCode}`
  const type = String(headers['content-type'] ?? 'none')
  return /^text\/event-stream\b/i.test(type) ? '' : `expected text/event-stream, found ${type}`
}
