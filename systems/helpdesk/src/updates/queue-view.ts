// The queue as this instance last read it: the oldest waiting conversations, and what changed lately in the
// order of the transactions that changed it. It is the same for everybody, so one statement per change serves every poll.
//
// The queue has no version: whoever changes it would wait for everybody who does. What a read has not seen yet
// follows from its snapshot, whatever the order in which transactions commit.

import { statement, type Coalescer, type Rows } from '@plimsoll/service'

import { conversationColumns, conversationOf } from '../conversations/conversation.ts'
import { began, beforeEverything, isOlder, sees, snapshotOf, type Snapshot } from './snapshot.ts'
import type { QueueChange, Versions } from './versions.ts'

/** What changed in the queue after a place or a time. */
export interface QueueChanges {
  /** Conversations as JSON, oldest first. */
  readonly waiting: readonly string[]
  /** Conversations that have left the queue; none where `complete`, which says it of all that it does not show. */
  readonly removed: readonly string[]
  /** Whether `waiting` is the whole page rather than what changed on it. */
  readonly complete: boolean
}

/** From where on changes are told: a transaction (inclusive), or microseconds since 1970. */
export type QueueFrom = { readonly transaction: number } | { readonly time: number }

interface Entry {
  readonly id: string
  readonly transaction: number
  /** When the statement ran that changed it, microseconds since 1970. */
  readonly time: number
  /** Null when it no longer waits. */
  readonly json: string | null
}

export interface QueueViewOptions {
  readonly coalescer: Coalescer
  readonly versions: Versions
  /** How many waiting conversations are shown. */
  readonly page: number
  /** The longest from a statement's beginning to its commit. */
  readonly commitsWithin_ms: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Whoever asks from there or from before knows nothing of the queue. */
const beginning = { transaction: 1, time: 1 }
const mostChanges = 2_000
const mostRemembered = 10_000
/** Changes that one answer goes through. */
const mostTold = 1_000

const read = statement(
  'read_queue',
  `select 'queue' as kind, null as transaction, null as time, pg_current_snapshot()::text,
     (select count(*) from conversations where status = 'waiting')::text, $3::text, ${Array(9).fill('null').join(', ')}
   union all
   (select 'changed', queue_changed_by::text, queue_version::text, ${conversationColumns} from conversations c
    where queue_changed_by >= pg_snapshot_xmin($1::pg_snapshot)
      and not pg_visible_in_snapshot(queue_changed_by, $1::pg_snapshot) and ${began('queue_changed_by')}
    order by queue_changed_by desc limit ${mostChanges})
   union all
   (select 'oldest', null, null, ${conversationColumns} from conversations c
    where status = 'waiting' order by c.id limit $2)`,
)

/** Reads the queue when something in it has changed. */
export class QueueView {
  readonly #options: QueueViewOptions
  readonly #read: (request: null) => Promise<void>
  #snapshot = beforeEverything
  /** Nothing of before is to be believed: a database that was restarted may use numbers of transactions again. */
  #isLost = true
  /** What had been learnt when it was lost. */
  #lostAt = 0
  /** How often something was learnt that the snapshot did not see. */
  #learnt = 1
  /** Of it, what was learnt before the last read began. */
  #seen = 0
  #waiting = 0
  #oldest: readonly string[] = []
  /** In ascending order of transactions; all from `#since` on are there. */
  #changes: Entry[] = []
  #latest = new Map<string, Entry>()
  /** Of what was forgotten: transactions below, and times up to it. */
  #since = beginning

  constructor(options: QueueViewOptions) {
    const { coalescer, page, versions } = options
    this.#options = options
    versions.onChange((_, queue) => this.#learn(queue))
    this.#read = coalescer.lane<null, void>({
      statement: read,
      kind: 'read',
      bytes: () => 0,
      bind: () => {
        const { text } = this.#isLost ? beforeEverything : this.#snapshot
        const state = `${this.#learnt}${this.#isLost ? ' anew' : ''}`
        return [text, page, state]
      },
      answers: (rows, requests) => {
        this.#take(rows)
        return requests.map(() => undefined)
      },
    })
  }

  /** Brings the view up to what is known of the queue, or further. */
  async refresh(): Promise<void> {
    if (this.#isStale || !this.#options.versions.isWatching) await this.#read(null)
  }

  /**
   * As `refresh`; resolves to the transaction from which on changes are to be told. None of this database has got as
   * far as one that was made up, or is of another database: then from the beginning.
   */
  async reach(transaction: number): Promise<number> {
    await this.refresh()
    // Another instance has seen more.
    if (transaction > this.#snapshot.xmin) await this.#read(null)
    return transaction > this.#snapshot.xmin ? 0 : transaction
  }

  /** Whether nothing can have changed from a transaction on, without asking anybody; false says nothing. */
  isQuiet(transaction: number): boolean {
    const isKnown = !this.#isStale && transaction <= this.#snapshot.xmax
    return isKnown && this.#options.versions.isWatching && !this.hasChanges(transaction)
  }

  /** Whether the view holds changes from a transaction on. */
  hasChanges(transaction: number): boolean {
    return (this.#changes.at(-1)?.transaction ?? this.#since.transaction) >= transaction
  }

  /** Everything below this transaction is in the view. */
  get transaction(): number {
    return this.#snapshot.xmin
  }

  /** How many conversations wait, shown or not. */
  get total(): number {
    return this.#waiting
  }

  /** The oldest waiting conversations as JSON. */
  get oldest(): readonly string[] {
    return this.#oldest
  }

  /** What changed; where that is too much or too long ago, the page as it is. */
  changesFrom(from: QueueFrom): QueueChanges {
    const { page } = this.#options
    const isAfter = isAfterOf(from)
    const farthest = this.#changes.at(-mostTold - 1)
    if (isAfter(this.#since) || (farthest !== undefined && isAfter(farthest))) return this.#whole()
    // Transactions that began one after the other may number their changes the other way round.
    const overlap = 2 * this.#options.commitsWithin_ms * 1_000
    const isPast = isAfterOf('time' in from ? { time: from.time - overlap } : from)
    const waiting: Entry[] = []
    const removed: string[] = []
    for (let i = this.#changes.length - 1; i >= 0; i--) {
      const entry = this.#changes[i]
      if (entry === undefined || !isPast(entry)) break
      if (!isAfter(entry) || this.#latest.get(entry.id) !== entry) continue
      if (entry.json === null) removed.push(entry.id)
      else waiting.push(entry)
      if (waiting.length > page) return this.#whole()
    }
    waiting.sort((a, b) => Number(a.id) - Number(b.id))
    // Where some have left the page, as many have moved up.
    const movedUp = removed.length === 0 ? [] : this.#oldest.slice(-removed.length)
    const shown = new Set([...waiting.map(({ json }) => json ?? ''), ...movedUp])
    return { waiting: [...shown], removed, complete: false }
  }

  get #isStale(): boolean {
    return this.#learnt !== this.#seen
  }

  /** Undefined: anything may have changed. */
  #learn(queue: QueueChange | undefined): void {
    const isNews =
      queue === undefined ||
      queue.transactions.some((one) => this.#isLost || !sees(this.#snapshot, one))
    if (isNews) this.#learnt += 1
    // Nothing that it sees is missing here.
    else if (!this.#isStale && queue.snapshot !== undefined) this.#advance(queue.snapshot)
    if (queue !== undefined) return
    this.#isLost = true
    this.#lostAt = this.#learnt
  }

  #advance(snapshot: Snapshot): boolean {
    if (isOlder(snapshot, this.#snapshot)) return false
    this.#snapshot = snapshot
    return true
  }

  #whole(): QueueChanges {
    return { waiting: this.#oldest, removed: [], complete: true }
  }

  get #now_us(): number {
    return this.#options.now() * 1_000
  }

  #take(rows: Rows): void {
    const [queue, ...rest] = rows
    const [learnt, anew] = (queue?.[5] ?? '').split(' ')
    // Another read that began later may have ended before: it saw all of this.
    if (Number(learnt) < this.#seen) return
    if (anew !== undefined && this.#isLost) this.#begin(Number(learnt))
    if (!this.#advance(snapshotOf(queue?.[3] ?? ''))) return
    this.#seen = Number(learnt)
    const changed = rest.filter(([kind]) => kind === 'changed').map(entryOf)
    if (changed.length === mostChanges) {
      // There may be more between these and what was known, numbered at any time until now.
      this.#since = { transaction: changed.at(-1)?.transaction ?? 1, time: this.#now_us }
      this.#changes = []
      this.#latest.clear()
    }
    for (const entry of changed.toReversed()) this.#add(entry)
    if (this.#changes.length > mostRemembered) this.#trim()
    this.#oldest = rest.filter(([kind]) => kind === 'oldest').map(jsonOf)
    this.#waiting = Number(queue?.[4])
  }

  /** `learnt` before the read that it begins with. */
  #begin(learnt: number): void {
    this.#isLost = learnt < this.#lostAt
    this.#snapshot = beforeEverything
    this.#since = beginning
    this.#changes = []
    this.#latest.clear()
  }

  /** One that committed late goes where it belongs, close to the end. */
  #add(entry: Entry): void {
    if ((this.#latest.get(entry.id)?.time ?? 0) >= entry.time) return
    this.#latest.set(entry.id, entry)
    let at = this.#changes.length
    while (at > 0 && (this.#changes[at - 1]?.transaction ?? 0) > entry.transaction) at -= 1
    this.#changes.splice(at, 0, entry)
  }

  /** Forgets the older half. */
  #trim(): void {
    const dropped = this.#changes.slice(0, -mostRemembered / 2)
    const kept = this.#changes.slice(-mostRemembered / 2)
    const time = dropped.reduce((latest, entry) => Math.max(latest, entry.time), this.#since.time)
    this.#since = { transaction: kept[0]?.transaction ?? 1, time }
    this.#changes = kept.filter((entry) => this.#latest.get(entry.id) === entry)
    this.#latest = new Map(this.#changes.map((entry) => [entry.id, entry]))
  }
}

function isAfterOf(from: QueueFrom): (one: { transaction: number; time: number }) => boolean {
  return 'time' in from
    ? ({ time }) => time > from.time
    : ({ transaction }) => transaction >= from.transaction
}

function entryOf(row: Rows[number]): Entry {
  const waits = row[5] === 'waiting'
  return {
    id: row[3] ?? '',
    transaction: Number(row[1]),
    time: Number(row[2]),
    json: waits ? jsonOf(row) : null,
  }
}

/** The queue is seen from the side of the experts. */
function jsonOf(row: Rows[number]): string {
  return JSON.stringify(conversationOf(row, { from: 3, reader: '' }))
}
