// One keep-alive connection. It carries one exchange at a time and reads into a buffer that all
// connections share: nothing is allocated per read, and an idle connection holds no buffer.
//
//   connecting → busy ⇄ idle → closed
//        └────────┴──────────────┘
//
// Only a read whose kept connection the server had closed, before any byte of the answer, is sent again.

import { connect, type Socket } from 'node:net'
import { AnswerParser } from './answer-parser.ts'
import { writes } from './outcome.ts'
import type { Exchange } from './exchange.ts'
import type { Target } from './target.ts'

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

export class Connection {
  readonly #owner: ConnectionOwner
  readonly #socket: Socket
  readonly #parser = new AnswerParser()
  #exchange: Exchange | null
  #connected = false
  #closed = false
  #served = 0
  #idleUntil = 0

  /** Connects, and then sends `first`. `buffer` is read into by every connection in turn. */
  constructor(target: Target, first: Exchange, buffer: Buffer, owner: ConnectionOwner) {
    this.#owner = owner
    this.#exchange = first
    this.#socket = connect({
      host: target.host,
      port: target.port,
      noDelay: true,
      onread: { buffer, callback: (length) => this.#received(buffer.subarray(0, length)) },
    })
    this.#socket.once('connect', () => {
      this.#connected = true
      if (this.#exchange !== null) this.#write(this.#exchange)
    })
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(error))
    this.#socket.once('end', () => this.#ended())
    this.#socket.once('close', () => this.#ended())
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
    this.#socket.write(request.text, request.encoding)
  }

  #received(bytes: Buffer): boolean {
    if (this.#exchange === null) {
      this.#close()
      return true
    }
    const used = this.#parser.feed(bytes)
    if (this.#parser.state === 'done') this.#finish({ clean: used === bytes.length })
    else if (this.#parser.state === 'malformed') this.#lose(this.#parser.problem)
    return true
  }

  #finish({ clean }: { clean: boolean }): void {
    const exchange = this.#exchange as Exchange
    const parser = this.#parser
    this.#exchange = null
    this.#served += 1
    if (clean && parser.keepAlive && !this.#closed) {
      this.#idleUntil = this.#owner.now() + idleTime(parser.keepAliveSeconds)
      this.#owner.isIdle(this)
    } else {
      this.#close()
    }
    exchange.answered(parser.status, parser.headText, parser.takeBody(), parser.setsCookies)
  }

  /** The server closed its side, or the connection is gone for good. */
  #ended(): void {
    if (this.#exchange !== null) {
      const untouched = this.#parser.untouched
      this.#parser.end()
      if (this.#parser.state === 'done') this.#finish({ clean: false })
      else
        this.#lose(untouched ? 'connection closed without an answer' : this.#parser.problem, {
          untouched,
        })
    }
    this.#close()
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (this.#exchange !== null) {
      this.#lose(reasonOf(error), { untouched: this.#connected && this.#parser.untouched })
    }
    this.#close()
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

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ENOTFOUND: 'name not found',
  EMFILE: 'too many open files',
  EADDRNOTAVAIL: 'no free port',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? error.code ?? error.message
}
