// How far a replica is behind, asked of itself over one connection that is made again when it is lost. A replica
// that does not answer is not waited for.

import { Client } from 'pg'

/**
 * Nothing received that is not replayed: no age. Otherwise, and while nothing streams, as old as the last
 * transaction that it shows.
 */
const lagQuery = `select case
    when exists (select from pg_stat_wal_receiver where status = 'streaming')
      and pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
    else 1000 * extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())
  end::float8 as lag_ms`

const answerWithin_ms = 800

/** A look at one replica, as often as wanted. */
export class ReplayLag implements Disposable {
  readonly #url: string
  #client: Client | null = null
  #isAsking = false

  constructor(url: string) {
    this.#url = url
  }

  /** Null: it did not say in time, is still being asked, or has replayed nothing yet. */
  async read_ms(): Promise<number | null> {
    if (this.#isAsking) return null
    this.#isAsking = true
    try {
      this.#client ??= await this.#connect()
      const { rows } = await this.#client.query<{ lag_ms: number | null }>(lagQuery)
      return rows[0]?.lag_ms ?? null
    } catch {
      this[Symbol.dispose]()
      return null
    } finally {
      this.#isAsking = false
    }
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'replay-lag',
      connectionTimeoutMillis: answerWithin_ms,
      query_timeout: answerWithin_ms,
    })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  [Symbol.dispose](): void {
    const client = this.#client
    this.#client = null
    // A server that stands still would let it wait.
    client?.end().catch(() => {})
  }
}
