// Kept connections. An exchange takes the one that was used last, or opens one. There is no queue: how many
// are open is bounded by the sessions alive.

import { Connection, type ConnectionOwner } from './connection.ts'
import type { Way } from './dial.ts'
import type { Exchange, OwnLane } from './exchange.ts'

/** What all pools of one target share. */
export interface PoolGround extends Way {
  readonly now: () => number
  readonly open: Set<Connection>
}

export class ConnectionPool implements ConnectionOwner, OwnLane {
  readonly #ground: PoolGround
  #idle: Connection[] = []
  #released = false

  constructor(ground: PoolGround) {
    this.#ground = ground
  }

  now(): number {
    return this.#ground.now()
  }

  send(exchange: Exchange): void {
    const now = this.now()
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) return this.again(exchange)
      if (connection.usable(now)) return connection.send(exchange)
    }
  }

  release(): void {
    this.#released = true
    for (const connection of this.#idle.splice(0)) connection.abandon()
  }

  /** Lets go of connections that the server has closed. */
  forgetClosed(): void {
    if (this.#idle.some((connection) => connection.closed)) {
      this.#idle = this.#idle.filter((connection) => !connection.closed)
    }
  }

  isIdle(connection: Connection): void {
    if (this.#released) connection.abandon()
    else this.#idle.push(connection)
  }

  isClosed(connection: Connection): void {
    this.#ground.open.delete(connection)
  }

  again(exchange: Exchange): void {
    this.#ground.open.add(new Connection(this.#ground, exchange, this))
  }
}
