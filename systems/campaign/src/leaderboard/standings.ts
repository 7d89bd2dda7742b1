// All teams in the order of the leaderboard: the higher score first, of equal ones the older team. Kept sorted in
// memory: a score that moves is taken out of its place and put into the new one, both found by halving.

import type { MovedScore } from '../teams/moved-scores.ts'

/** A team and its place; the first one has rank 1. */
export interface Standing {
  readonly team_id: number
  readonly team_name: string
  readonly score: number
  readonly rank: number
}

interface Entry {
  readonly team_id: number
  readonly team_name: string
  readonly score: number
  readonly version: number
}

/** Up to so many changes at once are sorted in one by one. */
const fewChanges = 256

/** The order of all teams. */
export class Standings {
  #teams = new Map<string, Entry>()
  #order: Entry[] = []

  /** Takes in what is newer than what is known. Returns whether anything was. */
  apply(scores: readonly MovedScore[]): boolean {
    const newer = scores.filter(({ team_id, version }) => {
      const known = this.#teams.get(team_id)
      return known === undefined || known.version < version
    })
    const isFew = newer.length <= fewChanges
    for (const { team_id, team_name, score, version } of newer) {
      const entry = { team_id: Number(team_id), team_name, score, version }
      const known = this.#teams.get(team_id)
      if (known !== undefined && known.version >= version) continue
      this.#teams.set(team_id, entry)
      if (!isFew) continue
      if (known !== undefined) this.#order.splice(this.#placeOf(known), 1)
      this.#order.splice(this.#placeOf(entry), 0, entry)
    }
    if (!isFew) this.#order = [...this.#teams.values()].toSorted(compare)
    return newer.length > 0
  }

  /** Forgets all others, and what was newer. */
  replace(scores: readonly MovedScore[]): void {
    this.#teams = new Map()
    this.#order = []
    this.apply(scores)
  }

  /** The first so many. */
  top(count: number): Standing[] {
    return this.#slice(0, count)
  }

  /** So many around the best of these teams; none when there is no such team. */
  around(teams: Iterable<string>, count: number): Standing[] {
    const [best] = this.#placesOf(teams)
    if (best === undefined) return []
    const start = best - Math.floor(count / 2)
    return this.#slice(Math.max(0, Math.min(start, this.#order.length - count)), count)
  }

  /** These teams, best first; without those that are not known yet. */
  of(teams: Iterable<string>): Standing[] {
    return this.#placesOf(teams).flatMap((place) => this.#slice(place, 1))
  }

  /** The best first. */
  #placesOf(teams: Iterable<string>): number[] {
    const places = [...teams].flatMap((id) => {
      const entry = this.#teams.get(id)
      return entry === undefined ? [] : [this.#placeOf(entry)]
    })
    return places.toSorted((a, b) => a - b)
  }

  #slice(start: number, count: number): Standing[] {
    return this.#order.slice(start, start + count).map(({ team_id, team_name, score }, i) => ({
      team_id,
      team_name,
      score,
      rank: start + i + 1,
    }))
  }

  /** Where an entry is, or would be. */
  #placeOf(entry: Entry): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(this.#order[middle] as Entry, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function compare(a: Entry, b: Entry): number {
  return b.score - a.score || a.team_id - b.team_id
}
