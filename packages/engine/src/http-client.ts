// The HTTP/1.1 client of one target: a pool of kept connections. An exchange takes the connection that
// was used last, or opens one. There is no queue: how many are open is bounded by the sessions alive.

import { Connection, type ConnectionOwner } from './connection.ts'
import type { Carrier, Exchange } from './exchange.ts'
import type { Target } from './target.ts'

const readBufferBytes = 65_536

export class HttpClient implements Carrier, ConnectionOwner {
  readonly now: () => number
  readonly #target: Target
  readonly #buffer = Buffer.allocUnsafeSlow(readBufferBytes)
  readonly #open = new Set<Connection>()
  #idle: Connection[] = []

  constructor(target: Target, { now }: { now: () => number }) {
    this.#target = target
    this.now = now
  }

  send(exchange: Exchange): void {
    const now = this.now()
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) return this.#connect(exchange)
      if (connection.usable(now)) return connection.send(exchange)
    }
  }

  sweep(now: number): void {
    for (const connection of this.#open) connection.sweep(now)
    if (this.#idle.some((connection) => connection.closed)) {
      this.#idle = this.#idle.filter((connection) => !connection.closed)
    }
  }

  close(): void {
    for (const connection of this.#open) connection.abandon()
  }

  isIdle(connection: Connection): void {
    this.#idle.push(connection)
  }

  isClosed(connection: Connection): void {
    this.#open.delete(connection)
  }

  again(exchange: Exchange): void {
    this.#connect(exchange)
  }

  #connect(exchange: Exchange): void {
    this.#open.add(new Connection(this.#target, exchange, this.#buffer, this))
  }
}
