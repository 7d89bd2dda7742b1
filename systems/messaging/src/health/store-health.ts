// Whether a store can do its work: its database can be reached, the tables are there, and it takes writes. A former
// primary that came back as a replica answers everything else.

import { statement, type Coalescer, type Database } from '@plimsoll/service'

import type { WatchedConnections } from './watched-connections.ts'

const writable = statement(
  'is_writable',
  `select current_setting('transaction_read_only') = 'off'
   from (select 1) as one left join (select 1 from chats, messages where false) as tables on true`,
)

export interface StoreHealthOptions {
  readonly database: Database
  readonly connections: WatchedConnections
  readonly coalescer: Coalescer
}

/** What a store says of itself. */
export class StoreHealth {
  readonly #options: StoreHealthOptions
  /** Waits for its turn like everything else: with a connection of its own it would say less. */
  readonly #ask: (question: null) => Promise<boolean>
  #isWritable = true
  #isLeaving = false

  constructor(options: StoreHealthOptions) {
    this.#options = options
    this.#ask = options.coalescer.lane<null, boolean>({
      statement: writable,
      kind: 'read',
      bytes: () => 1,
      bind: () => [],
      answers: ([row], given) => given.map(() => row?.[0] === 't'),
    })
  }

  /** Whether the database could be reached, and written to when it was last asked. */
  get hasDatabase(): boolean {
    return this.#options.connections.isReachable && this.#isWritable
  }

  /** Whether requests can be carried out now. */
  async isReady(): Promise<boolean> {
    if (this.#isLeaving) return false
    try {
      this.#isWritable = await this.#ask(null)
      return this.#isWritable
    } catch {
      // A database that has too much to do for the question has answered others.
      return this.#options.database.hasAnsweredWithin(1_000)
    }
  }

  /** It is not ready any more. */
  leave(): void {
    this.#isLeaving = true
  }
}
