// What this instance knows of the versions of audiences, so that an empty poll asks nobody. One statement every
// 100 ms reads the versions that were committed since the last one, by the difference of two snapshots of the
// transactions in progress: it misses no transaction, however late it commits.
//
//   blind → watching → blind (the connection was lost: everything is forgotten, because a database that was
//                             restarted may use the numbers of transactions that were cut off again)
//
// While blind nothing is remembered and every poll asks the database.

import { setTimeout as pause } from 'node:timers/promises'
import {
  plainArray,
  statement,
  type Coalescer,
  type Connection,
  type ConnectionSource,
  type Logger,
} from '@plimsoll/service'

import { queueAudience, type VersionListener } from './audiences.ts'
import { began, snapshotOf, type Snapshot } from './snapshot.ts'

/** What is known of one audience. */
export interface Known {
  /** Microseconds since 1970, ascending. */
  version: number
  /** When this instance could see that version, at the latest; microseconds since 1970 by its own clock. */
  seen: number
}

/** What is new of the queue, which has no version: readers find its changes by the transactions that made them. */
export interface QueueChange {
  /** Committed. */
  readonly transactions: readonly number[]
  /** Absent where nothing is said of other transactions: else all that it sees have been told. */
  readonly snapshot?: Snapshot
}

/** Told which audiences changed, and what of the queue; undefined when anything may have. */
export type ChangeListener = (
  audiences: readonly string[] | undefined,
  queue: QueueChange | undefined,
) => void

interface Loading {
  readonly loaded: Promise<Known>
  /** A version that was learnt meanwhile. */
  atLeast: number
}

export interface VersionsOptions {
  /** One connection of its own: when it is lost, we know it. */
  readonly connections: ConnectionSource
  readonly coalescer: Coalescer
  readonly log: Logger
  readonly every_ms: number
  /** The longest that a statement takes from bumping a version to its commit. */
  readonly commitsWithin_ms: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const changedSince = statement(
  'changed_versions',
  `select pg_current_snapshot()::text, null, null
   union all
   select null, id::text, version::text from audiences
   where changed_by >= pg_snapshot_xmin($1::pg_snapshot)
     and not pg_visible_in_snapshot(changed_by, $1::pg_snapshot) and ${began('changed_by')}
   union all
   select distinct null, '${queueAudience}', queue_changed_by::text from conversations
   where queue_changed_by >= pg_snapshot_xmin($1::pg_snapshot)
     and not pg_visible_in_snapshot(queue_changed_by, $1::pg_snapshot) and ${began('queue_changed_by')}`,
)

const find = statement(
  'find_versions',
  `select wanted.position, a.version
   from unnest($1::bigint[]) with ordinality as wanted (id, position)
   join audiences a on a.id = wanted.id`,
)

const nothingNew: QueueChange = { transactions: [] }
const mostKnown = 200_000
const retryAfter_ms = 250

/** Watches the versions until it is disposed of. */
export class Versions implements VersionListener, AsyncDisposable {
  readonly #options: VersionsOptions
  readonly #find: (audience: string) => Promise<number>
  readonly #listeners = new Set<ChangeListener>()
  readonly #stopping = new AbortController()
  readonly #watching: Promise<void>
  #known = new Map<string, Known>()
  #loading = new Map<string, Loading>()
  /** The snapshot of the last look; null while blind. */
  #snapshot: string | null = null

  constructor(options: VersionsOptions) {
    this.#options = options
    this.#find = options.coalescer.lane<string, number>({
      statement: find,
      kind: 'read',
      bytes: () => 16,
      bind: (audiences) => [plainArray(audiences)],
      answers: (rows, audiences) => {
        const versions = new Map(rows.map(([position, version]) => [Number(position), version]))
        return audiences.map((_, i) => Number(versions.get(i + 1) ?? 0))
      },
    })
    this.#watching = this.#watch()
  }

  /** What is known of an audience without asking anybody. */
  known(audience: string): Known | undefined {
    return this.#known.get(audience)
  }

  /** The version of an audience, from the database if it is not known. */
  async current(audience: string): Promise<Known> {
    const known = this.#known.get(audience)
    if (known !== undefined) return known
    return await (this.#loading.get(audience) ?? this.#load(audience)).loaded
  }

  /** Whether the versions are being watched. */
  get isWatching(): boolean {
    return this.#snapshot !== null
  }

  /** Of the queue: a transaction that changed it. */
  learn(audience: string, version: number): void {
    if (audience === queueAudience) {
      if (this.#snapshot !== null) this.#noteQueue()
      this.#tell([audience], { transactions: [version] })
      return
    }
    const loading = this.#loading.get(audience)
    if (loading !== undefined) loading.atLeast = Math.max(loading.atLeast, version)
    const known = this.#known.get(audience)
    // One that is not known is loaded when it is asked for: this version may be old by then.
    if (known !== undefined && known.version < version)
      this.#known.set(audience, this.#knownOf(version))
    this.#tell([audience], nothingNew)
  }

  /** Calls the listener with audiences that have changed; returns a function that ends it. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#watching
  }

  #tell(audiences: readonly string[] | undefined, queue: QueueChange | undefined): void {
    for (const listener of this.#listeners) listener(audiences, queue)
  }

  /** Something in the queue can be seen from now on. */
  #noteQueue(): void {
    this.#known.set(queueAudience, { version: 0, seen: this.#options.now() * 1_000 })
  }

  #knownOf(version: number): Known {
    const { now, commitsWithin_ms } = this.#options
    return { version, seen: Math.min(now() * 1_000, version + commitsWithin_ms * 1_000) }
  }

  #load(audience: string): Loading {
    const known = this.#known
    const loading = this.#loading
    // What is asked before the first look, or before everything was forgotten, must not be remembered.
    const wasWatching = this.#snapshot !== null
    const loaded = this.#find(audience)
      .then((found) => {
        const latest = this.#knownOf(
          Math.max(found, entry.atLeast, known.get(audience)?.version ?? 0),
        )
        if (wasWatching && known === this.#known) known.set(audience, latest)
        return latest
      })
      .finally(() => loading.delete(audience))
    const entry: Loading = { loaded, atLeast: 0 }
    loading.set(audience, entry)
    return entry
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
        if (this.#snapshot !== null) log.warn({ err: error }, 'versions are not watched for now')
        this.#forget()
        this.#snapshot = null
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
    const [first, ...changed] = await connection.run(changedSince, [this.#snapshot])
    const wasBlind = this.#snapshot === null
    if (wasBlind || this.#known.size + changed.length > mostKnown) this.#forget()
    this.#snapshot = first?.[0] ?? null
    const audiences: string[] = []
    const transactions: number[] = []
    for (const [, audience, text] of changed) {
      const version = Number(text)
      if (audience === queueAudience) {
        transactions.push(version)
        continue
      }
      const known = this.#known.get(audience ?? '')
      if (known === undefined || known.version < version) {
        this.#known.set(audience ?? '', this.#knownOf(version))
        audiences.push(audience ?? '')
      }
    }
    if (wasBlind || transactions.length > 0 || !this.#known.has(queueAudience)) this.#noteQueue()
    if (transactions.length > 0) audiences.push(queueAudience)
    const snapshot = snapshotOf(this.#snapshot ?? '')
    if (wasBlind) this.#tell(undefined, undefined)
    else this.#tell(audiences, { transactions, snapshot })
  }

  /** Loads that are under way see another map, and leave this one alone. */
  #forget(): void {
    this.#known = new Map()
    this.#loading = new Map()
  }
}
