// The HTTP/1.1 client of one target: a pool of kept connections that all borrow from, and pools of their own for
// sessions that ask for one.

import type { Connection } from './connection.ts'
import { ConnectionPool, type PoolGround } from './connection-pool.ts'
import type { Carrier, Exchange, OwnLane } from './exchange.ts'
import type { Target } from './target.ts'
import type { Travel } from './travel.ts'

const readBufferBytes = 65_536

export class HttpClient implements Carrier {
  readonly #ground: PoolGround
  readonly #shared: ConnectionPool

  constructor(target: Target, { now, travel }: { now: () => number; travel: Travel }) {
    const buffer = Buffer.allocUnsafeSlow(readBufferBytes)
    this.#ground = { target, travel, buffer, now, open: new Set<Connection>() }
    this.#shared = new ConnectionPool(this.#ground)
  }

  send(exchange: Exchange): void {
    this.#shared.send(exchange)
  }

  own(): OwnLane {
    return new ConnectionPool(this.#ground)
  }

  sweep(now: number): void {
    for (const connection of this.#ground.open) connection.sweep(now)
    this.#shared.forgetClosed()
  }

  close(): void {
    for (const connection of this.#ground.open) connection.abandon()
  }
}
