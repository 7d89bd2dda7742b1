// One keep-alive connection. It carries one exchange at a time and reads into a buffer that all
// connections share: nothing is allocated per read, and an idle connection holds no buffer.
//
//   connecting → busy ⇄ idle → closed
//        └────────┴──────────────┘
//
// Only a read whose kept connection the server had closed, before any byte of the answer, is sent again.

import type { Socket } from 'node:net'
import { AnswerParser } from './answer-parser.ts'
import { dial, type DialEvents, type Way } from './dial.ts'
import type { Exchange } from './exchange.ts'
import { lossReason } from './loss-reasons.ts'
import { writes } from './outcome.ts'
import type { RequestText } from './request-text.ts'
import { sendChunks, type BodySource } from './upload.ts'

/** What a connection tells its pool. */
export interface ConnectionOwner {
  now(): number
  /** It can carry the next exchange. */
  isIdle(connection: Connection): void
  isClosed(connection: Connection): void
  /** The exchange is to be carried by a fresh connection. */
  again(exchange: Exchange): void
}

/** Without a word from the server an idle connection is kept this long. */
const idleAtMost_ms = 60_000
/** Closed this much before the server would close it, or at half of that time if it is short. */
const idleMargin_ms = 1_000

export class Connection implements DialEvents {
  readonly #owner: ConnectionOwner
  readonly #way: Way
  readonly #openedAt: number
  #socket: Socket
  readonly #parser = new AnswerParser()
  #exchange: Exchange | null
  #connected = false
  #connectedAt = 0
  #readyAt = 0
  /** Of an answer that did not come in one piece. */
  #firstByteAt = 0
  #isUploading = false
  #closed = false
  #served = 0
  #idleUntil = 0

  /** Connects, and then sends `first`. */
  constructor(way: Way, first: Exchange, owner: ConnectionOwner) {
    this.#owner = owner
    this.#way = way
    this.#exchange = first
    this.#openedAt = owner.now()
    this.#socket = dial(way, this)
  }

  // Called by the sockets, so they are bound.
  readonly connected = (): void => {
    this.#connectedAt = this.#owner.now()
  }

  readonly ready = (socket: Socket): void => {
    this.#socket = socket
    this.#connected = true
    this.#readyAt = this.#owner.now()
    if (this.#exchange !== null) this.#write(this.#exchange)
  }

  readonly received = (bytes: Buffer): boolean => {
    if (this.#exchange === null) {
      this.#close()
      return true
    }
    const parser = this.#parser
    const used = parser.feed(bytes)
    if (parser.state === 'done') this.#finish({ clean: used === bytes.length })
    else if (parser.state === 'malformed') this.#lose(parser.problem)
    else if (this.#firstByteAt === 0) this.#firstByteAt = this.#owner.now()
    return true
  }

  readonly failed = (error: NodeJS.ErrnoException): void => {
    if (this.#exchange !== null) {
      const { text, refused } = lossReason(error)
      if (refused) this.#connected = false
      this.#lose(text, { untouched: this.#connected && this.#parser.untouched })
    }
    this.#close()
  }

  /** The server closed its side, or the connection is gone for good. */
  readonly ended = (): void => {
    if (this.#exchange !== null) {
      const untouched = this.#parser.untouched
      this.#parser.end()
      if (!this.#connected) this.#lose('connection closed while connecting')
      else if (this.#parser.state === 'done') this.#finish({ clean: false })
      else
        this.#lose(untouched ? 'connection closed without an answer' : this.#parser.problem, {
          untouched,
        })
    }
    this.#close()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Sends on an idle connection. */
  send(exchange: Exchange): void {
    this.#exchange = exchange
    this.#write(exchange)
  }

  /** Whether an idle connection may still be used at `now`. */
  usable(now: number): boolean {
    return !this.#closed && now < this.#idleUntil
  }

  sweep(now: number): void {
    const exchange = this.#exchange
    if (exchange === null) {
      if (now >= this.#idleUntil) this.#close()
    } else if (now >= exchange.deadline) {
      this.#lose(this.#connected ? 'time-out' : 'time-out while connecting')
    }
  }

  /** Gives up what is under way. */
  abandon(): void {
    const exchange = this.#exchange
    this.#exchange = null
    this.#close()
    exchange?.abandoned()
  }

  #write({ method, request }: Exchange): void {
    this.#parser.begin(method)
    this.#firstByteAt = 0
    if (request.body === undefined) this.#socket.write(request.text, request.encoding)
    else this.#writeBody(request, request.body)
  }

  #writeBody({ text, encoding }: RequestText, body: Uint8Array | BodySource): void {
    const socket = this.#socket
    socket.cork()
    socket.write(text, encoding)
    if (typeof body !== 'function') socket.write(body)
    else void this.#upload(body)
    socket.uncork()
  }

  async #upload(source: BodySource): Promise<void> {
    const exchange = this.#exchange
    this.#isUploading = true
    try {
      await sendChunks(this.#socket, source, () => this.#exchange === exchange)
      this.#isUploading = false
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      if (this.#exchange === exchange) this.#lose(`its body could not be read: ${why}`)
    }
  }

  #finish({ clean }: { clean: boolean }): void {
    const exchange = this.#exchange as Exchange
    const parser = this.#parser
    const now = this.#owner.now()
    const { requestsPerConnection, connectionLifetime } = this.#way.travel
    this.#exchange = null
    if (this.#served === 0 || this.#firstByteAt !== 0) this.#tellTimings(exchange, now)
    this.#served += 1
    const endsAt = this.#openedAt + connectionLifetime
    if (
      clean &&
      parser.keepAlive &&
      !this.#closed &&
      !this.#isUploading &&
      this.#served < requestsPerConnection &&
      now < endsAt
    ) {
      this.#idleUntil = Math.min(now + idleTime(parser.keepAliveSeconds), endsAt)
      this.#owner.isIdle(this)
    } else {
      this.#close()
    }
    exchange.answered(parser.status, parser.headText, parser.takeBody(), parser.setsCookies)
  }

  #tellTimings(exchange: Exchange, now: number): void {
    const isFirst = this.#served === 0
    exchange.took({
      connect: isFirst ? this.#connectedAt - this.#openedAt : 0,
      tls: isFirst ? this.#readyAt - this.#connectedAt : 0,
      receive: this.#firstByteAt === 0 ? 0 : now - this.#firstByteAt,
    })
  }

  #lose(reason: string, { untouched = false }: { untouched?: boolean } = {}): void {
    const exchange = this.#exchange as Exchange
    this.#exchange = null
    this.#close()
    if (untouched && this.#served > 0 && !writes(exchange.method)) {
      exchange.sentAgain()
      this.#owner.again(exchange)
    } else {
      exchange.lost(reason, { sent: this.#connected })
    }
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.destroy()
    this.#owner.isClosed(this)
  }
}

/** How long a connection may be idle when the server says `timeout=seconds`; -1: it does not say. */
function idleTime(seconds: number): number {
  if (seconds < 0) return idleAtMost_ms
  const promised = seconds * 1_000
  return Math.min(idleAtMost_ms, Math.max(promised - idleMargin_ms, promised / 2))
}
