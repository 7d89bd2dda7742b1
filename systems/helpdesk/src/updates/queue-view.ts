// The queue as this instance last read it: the oldest waiting conversations, and what changed lately in the
// order of its versions. It is the same for everybody, so one statement per change serves every poll.

import { statement, type Coalescer, type Rows } from '@plimsoll/service'

import { conversationColumns, conversationOf } from '../conversations/conversation.ts'
import { queueAudience } from './audiences.ts'
import type { Versions } from './versions.ts'

/** What changed in the queue after a version. */
export interface QueueChanges {
  /** Conversations as JSON, oldest first. */
  readonly waiting: readonly string[]
  /** Conversations that have left the queue; none where `complete`, which says it of all that it does not show. */
  readonly removed: readonly string[]
  /** Whether `waiting` is the whole page rather than what changed on it. */
  readonly complete: boolean
}

interface Entry {
  readonly id: string
  readonly version: number
  /** Null when it no longer waits. */
  readonly json: string | null
}

export interface QueueViewOptions {
  readonly coalescer: Coalescer
  readonly versions: Versions
  /** How many waiting conversations are shown. */
  readonly page: number
}

/** Whoever asks from before it knows nothing of the queue. */
const beforeAll = 1
const mostChanges = 2_000
const mostRemembered = 10_000
/** Changes that one answer goes through. */
const mostTold = 1_000

const read = statement(
  'read_queue',
  `select 'queue' as kind, version, waiting::text, ${Array(11).fill('null').join(', ')}
   from audiences where id = ${queueAudience}
   union all
   (select 'changed', queue_version, ${conversationColumns} from conversations c
    where queue_version > $1 order by queue_version desc limit ${mostChanges})
   union all
   (select 'oldest', queue_version, ${conversationColumns} from conversations c
    where status = 'waiting' order by c.id limit $2)`,
)

/** Reads the queue when its version says that it changed. */
export class QueueView {
  readonly #versions: Versions
  readonly #page: number
  readonly #read: (request: null) => Promise<void>
  #version = 0
  #waiting = 0
  #oldest: readonly string[] = []
  /** What changed, in ascending order of version; everything after `#since` is there. */
  #changes: Entry[] = []
  #latest = new Map<string, Entry>()
  #since = beforeAll

  constructor({ coalescer, versions, page }: QueueViewOptions) {
    this.#versions = versions
    this.#page = page
    this.#read = coalescer.lane<null, void>({
      statement: read,
      kind: 'read',
      bytes: () => 0,
      bind: () => [this.#version, page],
      answers: (rows, requests) => {
        this.#take(rows)
        return requests.map(() => undefined)
      },
    })
  }

  /** Brings the view up to what is known of the queue's version, or further. */
  async refresh(): Promise<void> {
    const { version } = await this.#versions.current(queueAudience)
    if (version > this.#version) await this.#read(null)
  }

  get version(): number {
    return this.#version
  }

  /** How many conversations wait, shown or not. */
  get total(): number {
    return this.#waiting
  }

  /** The oldest waiting conversations as JSON. */
  get oldest(): readonly string[] {
    return this.#oldest
  }

  /** What changed after a version; where that is too much or too long ago, the page as it is. */
  changesAfter(version: number): QueueChanges {
    const isTooLong = (this.#changes.at(-mostTold - 1)?.version ?? 0) > version
    if (version < this.#since || isTooLong) return this.#whole()
    const waiting: Entry[] = []
    const removed: string[] = []
    for (let i = this.#changes.length - 1; i >= 0; i--) {
      const entry = this.#changes[i]
      if (entry === undefined || entry.version <= version) break
      if (this.#latest.get(entry.id) !== entry) continue
      if (entry.json === null) removed.push(entry.id)
      else waiting.push(entry)
      if (waiting.length > this.#page) return this.#whole()
    }
    waiting.sort((a, b) => Number(a.id) - Number(b.id))
    return { waiting: waiting.map(({ json }) => json ?? ''), removed, complete: false }
  }

  #whole(): QueueChanges {
    return { waiting: this.#oldest, removed: [], complete: true }
  }

  #take(rows: Rows): void {
    const [queue, ...rest] = rows
    const version = Number(queue?.[1])
    if (version <= this.#version) return
    const changed = rest.filter(([kind]) => kind === 'changed')
    // As many as one statement reads: there may be more between these and what was known.
    if (this.#version === 0 || changed.length === mostChanges) {
      this.#changes = []
      this.#latest.clear()
      this.#since = changed.length === mostChanges ? Number(changed.at(-1)?.[1]) : beforeAll
    }
    for (const row of changed.toReversed()) this.#add(row)
    if (this.#changes.length > mostRemembered) this.#trim()
    this.#oldest = rest.filter(([kind]) => kind === 'oldest').map(jsonOf)
    this.#waiting = Number(queue?.[2])
    this.#version = version
  }

  #add(row: Rows[number]): void {
    const id = row[2] ?? ''
    const version = Number(row[1])
    if ((this.#latest.get(id)?.version ?? 0) >= version) return
    const entry = { id, version, json: row[4] === 'waiting' ? jsonOf(row) : null }
    this.#changes.push(entry)
    this.#latest.set(id, entry)
  }

  /** Forgets the older half. */
  #trim(): void {
    const kept = this.#changes.slice(-mostRemembered / 2)
    this.#since = (kept[0]?.version ?? 1) - 1
    this.#changes = kept.filter((entry) => this.#latest.get(entry.id) === entry)
    this.#latest = new Map(this.#changes.map((entry) => [entry.id, entry]))
  }
}

/** The queue is seen from the side of the experts. */
function jsonOf(row: Rows[number]): string {
  return JSON.stringify(conversationOf(row, { from: 2, reader: '' }))
}
