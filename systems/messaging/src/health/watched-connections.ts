// The connections of a database, and whether one could be had when it was last asked for.

import type { Connection, ConnectionSource } from '@plimsoll/service'

/** Hands on what it is asked for. */
export class WatchedConnections implements ConnectionSource {
  readonly #source: ConnectionSource
  #isReachable = true

  constructor(source: ConnectionSource) {
    this.#source = source
  }

  get size(): number {
    return this.#source.size
  }

  /** Whether the last connection that was asked for has come. */
  get isReachable(): boolean {
    return this.#isReachable
  }

  async acquire(): Promise<Connection> {
    // One that hangs has not come.
    this.#isReachable = false
    const connection = await this.#source.acquire()
    this.#isReachable = true
    return connection
  }

  release(connection: Connection): void {
    this.#source.release(connection)
  }

  discard(connection: Connection): void {
    this.#source.discard(connection)
  }
}
