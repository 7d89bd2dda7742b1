// What other instances changed: one statement every 100 ms, and whenever somebody must see all that was committed by
// now, reads the scores and memberships that were committed since the last one, by the difference of two snapshots of the
// transactions in progress: it misses no transaction, however late it commits.
//
//   blind → watching → blind (the connection was lost: everything is read again, because a database that was
//                             restarted may use the numbers of transactions that were cut off again, and one that
//                             took its place may have less)

import { setTimeout as pause } from 'node:timers/promises'
import {
  statement,
  type Connection,
  type ConnectionSource,
  type Logger,
  type Rows,
} from '@plimsoll/service'

import { movedScore, type MovedScore, type ScoreListener } from '../teams/moved-scores.ts'

/** Told what others changed, and when nothing that was known may be relied on. */
export interface ScoreWatcher extends ScoreListener {
  /** Takes over all scores, at the beginning and after a connection was lost. Rejects as the reading does. */
  load(reading: Promise<readonly MovedScore[]>): Promise<void>
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
/** How long somebody waits for what was committed by now, before they are shown what is known. */
const patience_ms = 500

/** Watches until it is disposed of. */
export class ScoreWatch implements AsyncDisposable {
  readonly #options: ScoreWatchOptions
  readonly #stopping = new AbortController()
  readonly #watching: Promise<void>
  /** The snapshot of the last look; undefined while blind. */
  #snapshot: string | undefined
  /** Whoever waits for a look that has not begun. */
  #asked: PromiseWithResolvers<void> | undefined
  #endRest: () => void = () => undefined

  constructor(options: ScoreWatchOptions) {
    this.#options = options
    this.#watching = this.#watch()
  }

  /**
   * Resolves when everything that was committed before this call was told; also when the database has not said for
   * half a second. All who wait share one look, and only one that has not begun.
   */
  caughtUp(): Promise<void> {
    if (this.#asked === undefined) {
      const asked = Promise.withResolvers<void>()
      const late = setTimeout(asked.resolve, patience_ms).unref()
      void asked.promise.then(() => clearTimeout(late))
      this.#asked = asked
      // Those who came together go together.
      setImmediate(() => this.#endRest())
    }
    return this.#asked.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    this.#endRest()
    await this.#watching
  }

  async #watch(): Promise<void> {
    const { connections, every_ms, log } = this.#options
    const { signal } = this.#stopping
    let connection: Connection | undefined
    while (!signal.aborted) {
      const since = performance.now()
      let asked: PromiseWithResolvers<void> | undefined
      try {
        connection ??= await connections.acquire()
        asked = this.#asked
        this.#asked = undefined
        await this.#look(connection)
        asked?.resolve()
      } catch (error) {
        if (this.#snapshot !== undefined) log.warn({ err: error }, 'scores are not watched for now')
        this.#snapshot = undefined
        if (connection !== undefined) connections.discard(connection)
        connection = undefined
        await pause(retryAfter_ms, undefined, { signal }).catch(() => undefined)
        // What they wait for may be in the next look, as long as their patience lasts.
        if (asked !== undefined) void this.caughtUp().then(asked.resolve)
      }
      await this.#rest(every_ms - (performance.now() - since))
    }
    this.#asked?.resolve()
    if (connection !== undefined) connections.release(connection)
  }

  /** Until it is time for the next look, or somebody asks for one. */
  #rest(left_ms: number): Promise<void> {
    if (left_ms <= 0 || this.#asked !== undefined || this.#stopping.signal.aborted) {
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      const over = setTimeout(resolve, left_ms)
      this.#endRest = () => {
        clearTimeout(over)
        resolve()
      }
    })
  }

  async #look(connection: Connection): Promise<void> {
    const { watcher } = this.#options
    if (this.#snapshot === undefined) {
      const reading = connection.run(everything, [])
      await watcher.load(reading.then(scoresIn))
      this.#snapshot = snapshotIn(await reading)
      return
    }
    const rows = await connection.run(changed, [this.#snapshot])
    watcher.moved(scoresIn(rows))
    for (const row of rows) tellMembership(row, watcher)
    this.#snapshot = snapshotIn(rows)
  }
}

function scoresIn(rows: Rows): MovedScore[] {
  return rows.filter(([kind]) => kind === 'score').map(([, ...score]) => movedScore(score))
}

function snapshotIn(rows: Rows): string | undefined {
  return rows.find(([kind]) => kind === 'snapshot')?.[1] ?? undefined
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
