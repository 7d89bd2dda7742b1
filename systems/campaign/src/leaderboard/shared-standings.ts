// The standings in Redis, for campaigns with more teams than each instance should hold: a sorted set that all instances
// write what they changed to, by version. It is a cache and never a record: when it is lost, whoever notices fills it
// from PostgreSQL, and as long as it does not answer PostgreSQL does.

import { plainArray, statement, type Coalescer, type Rows } from '@plimsoll/service'
import type { Cache, CacheScript } from '@plimsoll/service/cache'

import { movedScore, type MovedScore } from '../teams/moved-scores.ts'
import { single } from '../teams/team-store.ts'
import { applyScores, readAround, readSome, readTop, sayWhole } from './shared-scripts.ts'
import type { Standing } from './standings.ts'

const scoresAtOnce = 500
const digits = 15

/** With its timeline, the first digits of a log file's name: a database that took another's place may have less. */
const identity = statement(
  'database_identity',
  `select (pg_control_system()).system_identifier || '.' || oid || '.' ||
     left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
   from pg_database where datname = current_database()`,
)
const all = statement(
  'standings_all',
  `select team_id, team_name, score, version from scores
   where team_id > $1 order by team_id limit 10000`,
)
const top = statement(
  'standings_top',
  `select row_number() over (order by score desc, team_id), team_id, team_name, score
   from scores order by score desc, team_id limit $1::integer`,
)
const around = statement(
  'standings_around',
  `with best as (
     select score, team_id from scores where team_id = any ($1::bigint[])
     order by score desc, team_id limit 1
   ), place as (
     select count(*) as above from scores s, best
     where s.score > best.score or (s.score = best.score and s.team_id < best.team_id)
   ), size as (select count(*) as teams from scores)
   select row_number() over (order by score desc, team_id) + first, team_id, team_name, score
   from (
     select s.*, first from scores s, (
       select greatest(0, least(above - $2::integer / 2, teams - $2)) as first
       from place, size where exists (select 1 from best)
     ) as page
     order by score desc, team_id
     offset (select greatest(0, least(above - $2::integer / 2, teams - $2)) from place, size)
     limit $2
   ) as shown`,
)

const some = statement(
  'standings_some',
  `select 1 + (
     select count(*) from scores s
     where s.score > own.score or (s.score = own.score and s.team_id < own.team_id)
   ), team_id, team_name, score
   from scores own where team_id = any ($1::bigint[]) order by score desc, team_id`,
)

/** What PostgreSQL is asked. Behind a queue with a limit: when Redis goes, everybody comes at once. */
function openLanes(writer: Coalescer) {
  const kind = 'read'
  return {
    identity: single(writer, { statement: identity, kind, answer: (rows) => rows[0]?.[0] }),
    all: single(writer, { statement: all, kind, answer: (rows) => rows.map(movedScore) }),
    top: single(writer, { statement: top, kind, answer: rowsOf }),
    around: single(writer, { statement: around, kind, answer: rowsOf }),
    some: single(writer, { statement: some, kind, answer: rowsOf }),
  }
}

/** The order of all teams, shared. Nothing rejects because of Redis. */
export class SharedStandings {
  readonly #cache: Cache
  readonly #database: ReturnType<typeof openLanes>
  /** What Redis did not take, by team: it is sent again before anything else is asked. */
  #missed = new Map<string, MovedScore>()
  #filling: Promise<void> | undefined
  #keys: Promise<readonly string[]> | undefined

  constructor({ cache, writer }: { cache: Cache; writer: Coalescer }) {
    this.#cache = cache
    this.#database = openLanes(writer)
  }

  /** What is asked later of this instance sees it. */
  apply(scores: readonly MovedScore[]): boolean {
    this.#sendMissed()
    for (let n = 0; n < scores.length; n += scoresAtOnce) {
      void this.#send(scores.slice(n, n + scoresAtOnce))
    }
    return scores.length > 0
  }

  /** Asks anew which database it is; what Redis keeps of another one stays there, unread. */
  replace(scores: readonly MovedScore[]): void {
    this.#keys = undefined
    this.#missed = new Map()
    this.apply(scores)
  }

  top(count: number): Promise<Standing[]> {
    return this.#read(readTop, [String(count)], () => this.#database.top(count))
  }

  around(teams: Iterable<string>, count: number): Promise<Standing[]> {
    const ids = [...teams]
    const words = [String(count), ...ids.map(padded)]
    return this.#read(readAround, words, () => this.#database.around(plainArray(ids), count))
  }

  async of(teams: Iterable<string>): Promise<Standing[]> {
    const ids = [...teams]
    const otherwise = () => this.#database.some(plainArray(ids))
    const found = await this.#read(readSome, ids.map(padded), otherwise)
    return found.toSorted((a, b) => a.rank - b.rank)
  }

  /** What Redis answers, or else PostgreSQL. */
  async #read(
    script: CacheScript,
    words: readonly string[],
    otherwise: () => Promise<Standing[]>,
  ): Promise<Standing[]> {
    this.#sendMissed()
    const found = await this.#run(script, words)
    if (found !== null && found !== undefined) return standingsIn(found)
    this.#fill(found)
    return await otherwise()
  }

  /** Undefined as well while PostgreSQL does not say which database it is. */
  async #run(script: CacheScript, words: readonly string[]): Promise<unknown> {
    try {
      return await this.#cache.run(script, await (this.#keys ??= this.#readKeys()), words)
    } catch {
      this.#keys = undefined
      return undefined
    }
  }

  /** By the database: one that was made anew must not meet the teams of the old one. */
  async #readKeys(): Promise<readonly string[]> {
    const id = await this.#database.identity()
    return [`campaign:{${id}}:order`, `campaign:{${id}}:teams`]
  }

  async #send(scores: readonly MovedScore[]): Promise<void> {
    const missed = this.#missed
    if ((await this.#run(applyScores, wordsOf(scores))) !== undefined) return
    for (const score of scores) {
      const known = missed.get(score.team_id)
      if (known === undefined || known.version < score.version) missed.set(score.team_id, score)
    }
  }

  #sendMissed(): void {
    if (this.#missed.size === 0) return
    const scores = [...this.#missed.values()].slice(0, scoresAtOnce)
    for (const { team_id } of scores) this.#missed.delete(team_id)
    void this.#send(scores)
  }

  /** Fills Redis when it answers that it is not whole; not when it does not answer. */
  #fill(found: unknown): void {
    if (found === undefined || this.#filling !== undefined) return
    this.#filling = this.#fillAll()
      .catch(() => undefined)
      .finally(() => (this.#filling = undefined))
  }

  async #fillAll(): Promise<void> {
    const keys = this.#keys
    for (let after = '0'; ;) {
      const scores = await this.#database.all(after)
      // Of another database meanwhile, which has to be filled from its first team.
      if (this.#keys !== keys) return
      for (let n = 0; n < scores.length; n += scoresAtOnce) {
        const words = wordsOf(scores.slice(n, n + scoresAtOnce))
        if ((await this.#run(applyScores, words)) === undefined) return
      }
      const last = scores.at(-1)
      if (last === undefined) break
      after = last.team_id
    }
    await this.#run(sayWhole, [])
  }
}

/** Ids have as many digits each, so that equal scores are in the order of ids. */
function padded(team_id: string): string {
  return team_id.padStart(digits, '0')
}

function wordsOf(scores: readonly MovedScore[]): string[] {
  return scores.flatMap(({ team_id, team_name, score, version }) => [
    padded(team_id),
    String(version),
    String(score),
    team_name,
  ])
}

/** Rank, id and what it is, in turns. */
function standingsIn(found: unknown): Standing[] {
  const words = found as readonly (string | number)[]
  const standings: Standing[] = []
  for (let n = 0; n < words.length; n += 3) {
    const [, , score = '', team_name = ''] =
      /^(\d+) (\S+) ([^]*)$/.exec(String(words[n + 2] ?? '')) ?? []
    const [rank, team_id] = [Number(words[n]), Number(words[n + 1])]
    standings.push({ team_id, team_name, score: Number(score), rank })
  }
  return standings
}

function rowsOf(rows: Rows): Standing[] {
  return rows.map(([rank, team_id, team_name, score]) => ({
    team_id: Number(team_id),
    team_name: team_name ?? '',
    score: Number(score),
    rank: Number(rank),
  }))
}
