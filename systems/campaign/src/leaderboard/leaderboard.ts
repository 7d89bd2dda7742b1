// The leaderboard of this instance: the table is kept, never a page, because a page says which teams are the
// reader's own. What this instance wrote is in it before the write is answered; what others wrote comes by the
// watch. A read costs no statement.

import { unavailable } from '@plimsoll/service'

import type { MovedScore } from '../teams/moved-scores.ts'
import type { Memberships } from './memberships.ts'
import type { ScoreWatcher } from './score-watch.ts'
import { Standings, type Standing } from './standings.ts'

/** How many teams a page has. */
export const pageSize = 20

/** A row of the page up to the value of `is_user_team`. */
interface Row {
  readonly team_id: string
  readonly text: string
}

/** The table, and the pages that are made of it. */
export class Leaderboard implements ScoreWatcher {
  readonly #memberships: Memberships
  readonly #listeners = new Set<() => void>()
  #standings = new Standings()
  #isLoaded = false
  #top: readonly Row[] | undefined
  #anonymous: string | undefined

  constructor(memberships: Memberships) {
    this.#memberships = memberships
  }

  /** The best teams as JSON, with those of the user marked. Throws a 503 before the table was read. */
  page(user_id: string | undefined): string | Promise<string> {
    if (!this.#isLoaded) throw unavailable('The leaderboard has not been read yet.')
    this.#top ??= rowsOf(this.#standings.top(pageSize))
    if (user_id === undefined) return (this.#anonymous ??= pageOf(this.#top, new Set()))
    const own = this.#memberships.of(user_id)
    const rows = this.#top
    return own instanceof Promise ? own.then((own) => pageOf(rows, own)) : pageOf(rows, own)
  }

  /** The teams around the user's best one as JSON. */
  async around(user_id: string): Promise<string> {
    if (!this.#isLoaded) throw unavailable('The leaderboard has not been read yet.')
    const own = await this.#memberships.of(user_id)
    return pageOf(rowsOf(this.#standings.around(own, pageSize)), own)
  }

  /** Calls the listener when the page may have changed; returns a function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  loaded(): void {
    this.#standings = new Standings()
    this.#memberships.forget()
    this.#isLoaded = true
    this.#changed()
  }

  moved(scores: readonly MovedScore[]): void {
    if (this.#standings.apply(scores)) this.#changed()
  }

  membership(user_id: string, team_id: string, change: 'joined' | 'left'): void {
    this.#memberships.change(user_id, team_id, change)
    for (const listener of this.#listeners) listener()
  }

  #changed(): void {
    this.#top = undefined
    this.#anonymous = undefined
    for (const listener of this.#listeners) listener()
  }
}

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
