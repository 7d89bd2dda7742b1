// What other instances changed: one statement every 100 ms reads the scores and memberships that were committed
// since the last one, by the difference of two snapshots of the transactions in progress: it misses no
// transaction, however late it commits.
//
//   blind → watching → blind (the connection was lost: everything is read again, because a database that was
//                             restarted may use the numbers of transactions that were cut off again)

import { setTimeout as pause } from 'node:timers/promises'
import {
  statement,
  type Connection,
  type ConnectionSource,
  type Logger,
  type Rows,
} from '@plimsoll/service'

import { movedScore, type ScoreListener } from '../teams/moved-scores.ts'

/** Told what others changed, and when nothing that was known may be relied on. */
export interface ScoreWatcher extends ScoreListener {
  /** All scores, at the beginning and after a connection was lost. */
  loaded(): void
}

export interface ScoreWatchOptions {
  /** One connection of its own: when it is lost, we know it. */
  readonly connections: ConnectionSource
  readonly watcher: ScoreWatcher
  readonly log: Logger
  readonly every_ms: number
}

const everything = statement(
  'all_scores',
  `select 'snapshot', pg_current_snapshot()::text, null, null, null
   union all
   select 'score', team_id::text, team_name, score::text, version::text from scores`,
)

const changed = statement(
  'changed_scores',
  `select 'snapshot', pg_current_snapshot()::text, null, null, null
   union all
   select 'score', team_id::text, team_name, score::text, version::text from scores
   where changed_by >= pg_snapshot_xmin($1::pg_snapshot)
     and not pg_visible_in_snapshot(changed_by, $1::pg_snapshot)
   union all (
     select kind, user_id::text, team_id::text, id::text, null from ledger
     where team_id is not null and written_by >= pg_snapshot_xmin($1::pg_snapshot)
       and not pg_visible_in_snapshot(written_by, $1::pg_snapshot)
     order by id
   )`,
)

const retryAfter_ms = 250

/** Watches until it is disposed of. */
export class ScoreWatch implements AsyncDisposable {
  readonly #options: ScoreWatchOptions
  readonly #stopping = new AbortController()
  readonly #watching: Promise<void>
  /** The snapshot of the last look; undefined while blind. */
  #snapshot: string | undefined

  constructor(options: ScoreWatchOptions) {
    this.#options = options
    this.#watching = this.#watch()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#watching
  }

  async #watch(): Promise<void> {
    const { connections, every_ms, log } = this.#options
    const { signal } = this.#stopping
    let connection: Connection | undefined
    while (!signal.aborted) {
      const since = performance.now()
      try {
        connection ??= await connections.acquire()
        await this.#look(connection)
      } catch (error) {
        if (this.#snapshot !== undefined) log.warn({ err: error }, 'scores are not watched for now')
        this.#snapshot = undefined
        if (connection !== undefined) connections.discard(connection)
        connection = undefined
        await pause(retryAfter_ms, undefined, { signal }).catch(() => undefined)
      }
      const left = every_ms - (performance.now() - since)
      if (left > 0) await pause(left, undefined, { signal }).catch(() => undefined)
    }
    if (connection !== undefined) connections.release(connection)
  }

  async #look(connection: Connection): Promise<void> {
    const { watcher } = this.#options
    const wasBlind = this.#snapshot === undefined
    const rows = wasBlind
      ? await connection.run(everything, [])
      : await connection.run(changed, [this.#snapshot])
    if (wasBlind) watcher.loaded()
    watcher.moved(
      rows.filter(([kind]) => kind === 'score').map(([, ...score]) => movedScore(score)),
    )
    for (const row of rows) tellMembership(row, watcher)
    this.#snapshot = rows.find(([kind]) => kind === 'snapshot')?.[1] ?? undefined
  }
}

function tellMembership(
  [kind, user_id, team_id, entry]: Rows[number],
  watcher: ScoreWatcher,
): void {
  if (kind !== 'joined' && kind !== 'left') return
  watcher.membership({
    user_id: user_id ?? '',
    team_id: team_id ?? '',
    change: kind,
    entry: Number(entry),
  })
}
