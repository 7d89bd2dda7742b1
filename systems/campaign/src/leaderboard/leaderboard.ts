// The leaderboard of this instance: the table is kept, never a page, because a page says which teams are the
// reader's own. What this instance wrote is in it before the write is answered; what others wrote comes by the
// watch. A read costs no statement, unless the top is asked for the first time after a change and is kept elsewhere.

import { unavailable } from '@plimsoll/service'

import type { MembershipChange, MovedScore } from '../teams/moved-scores.ts'
import type { Memberships } from './memberships.ts'
import type { ScoreWatcher } from './score-watch.ts'
import type { Standing } from './standings.ts'

/** How many teams a page has. */
export const pageSize = 20

/** A row of the page up to the value of `is_user_team`. */
interface Row {
  readonly team_id: string
  readonly text: string
}

/** Where the order of all teams is kept: in this process, or in Redis for all of them. */
export interface Order {
  /** Takes in what is newer than what is known. Returns whether anything may have been. */
  apply(scores: readonly MovedScore[]): boolean
  /** Takes these for all there are: what was known may be of a database that had more. */
  replace(scores: readonly MovedScore[]): void
  /** The first so many. */
  top(count: number): Standing[] | Promise<Standing[]>
  /** So many around the best of these teams; none when there is no such team. */
  around(teams: Iterable<string>, count: number): Standing[] | Promise<Standing[]>
  /** These teams, best first; without those that are not known yet. */
  of(teams: Iterable<string>): Standing[] | Promise<Standing[]>
}

/** The table, and the pages that are made of it. */
export class Leaderboard implements ScoreWatcher {
  readonly #memberships: Memberships
  readonly #listeners = new Set<() => void>()
  readonly #order: Order
  #isLoaded = false
  /** Scores told while all of them are read, which may not be in what is read. */
  #meanwhile: MovedScore[] | undefined
  #top: readonly Row[] | Promise<readonly Row[]> | undefined
  #anonymous: string | undefined

  constructor({ memberships, order }: { memberships: Memberships; order: Order }) {
    this.#memberships = memberships
    this.#order = order
  }

  /** Whether the table was read. */
  get isLoaded(): boolean {
    return this.#isLoaded
  }

  /** The best teams as JSON, with those of the user marked. Throws a 503 before the table was read. */
  page(user_id: string | undefined): string | Promise<string> {
    if (!this.#isLoaded) throw unavailable('The leaderboard has not been read yet.')
    const rows = (this.#top ??= this.#readTop())
    const own = user_id === undefined ? nobodys : this.#memberships.of(user_id)
    if (rows instanceof Promise || own instanceof Promise) {
      return Promise.all([rows, own]).then(([rows, own]) => pageOf(rows, own))
    }
    return user_id === undefined ? (this.#anonymous ??= pageOf(rows, own)) : pageOf(rows, own)
  }

  /** The teams around the user's best one as JSON. */
  async around(user_id: string): Promise<string> {
    if (!this.#isLoaded) throw unavailable('The leaderboard has not been read yet.')
    const own = await this.#memberships.of(user_id)
    return pageOf(rowsOf(await this.#order.around(own, pageSize)), own)
  }

  /** Where these teams stand, best first; without those that are not known here yet. */
  async standingsOf(teams: Iterable<string>): Promise<Standing[]> {
    if (!this.#isLoaded) throw unavailable('The leaderboard has not been read yet.')
    return await this.#order.of(teams)
  }

  /** Calls the listener when the page may have changed; returns a function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async load(reading: Promise<readonly MovedScore[]>): Promise<void> {
    const meanwhile: MovedScore[] = []
    this.#meanwhile = meanwhile
    try {
      this.#order.replace(await reading)
    } finally {
      this.#meanwhile = undefined
    }
    this.#order.apply(meanwhile)
    this.#memberships.forget()
    this.#isLoaded = true
    this.#changed()
  }

  moved(scores: readonly MovedScore[]): void {
    this.#meanwhile?.push(...scores)
    if (this.#order.apply(scores)) this.#changed()
  }

  membership(change: MembershipChange): void {
    this.#memberships.change(change)
    for (const listener of this.#listeners) listener()
  }

  /** One question for all who ask; what changes meanwhile makes the next one ask again. */
  #readTop(): readonly Row[] | Promise<readonly Row[]> {
    const found = this.#order.top(pageSize)
    if (!(found instanceof Promise)) return rowsOf(found)
    const reading = found.then(rowsOf)
    reading.then(
      (rows) => this.#top === reading && (this.#top = rows),
      () => this.#top === reading && (this.#top = undefined),
    )
    return reading
  }

  #changed(): void {
    this.#top = undefined
    this.#anonymous = undefined
    for (const listener of this.#listeners) listener()
  }
}

const nobodys: ReadonlySet<string> = new Set()

function rowsOf(standings: readonly Standing[]): Row[] {
  return standings.map((standing) => ({
    team_id: String(standing.team_id),
    text: `${JSON.stringify(standing).slice(0, -1)},"is_user_team":`,
  }))
}

function pageOf(rows: readonly Row[], own: ReadonlySet<string>): string {
  let text = '['
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as Row
    text += `${i === 0 ? '' : ','}${row.text}${own.has(row.team_id) ? 'true}' : 'false}'}`
  }
  return text + ']'
}
