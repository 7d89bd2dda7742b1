// Every score beside the one that a replay of the ledger gives, read from one snapshot of the database, so that it may be
// done while people check in.

import type { Client } from 'pg'

import { Replay, type LedgerEntry } from './replay.ts'
import { scoreOf, type ScoreFigures } from './score.ts'

/** A team whose kept score is another than the replayed one. */
export interface ScoreDifference {
  readonly team_id: string
  readonly team_name: string
  readonly kept: ScoreFigures
  readonly replayed: ScoreFigures
}

export interface ScoreComparison {
  readonly entries: number
  readonly teams: number
  readonly differences: readonly ScoreDifference[]
}

interface LedgerRow {
  readonly id: string
  readonly kind: string
  readonly at: string
  readonly user_id: string
  readonly team_id: string | null
  readonly checkin_id: string | null
}

interface ScoreRow {
  readonly id: string
  readonly team_name: string
  readonly members: number
  readonly total_units: string
  readonly new_units: string
  readonly earliest: string
  readonly latest: string
  readonly score: number
}

const rowsAtOnce = 10_000
const microseconds = (column: string) =>
  `(case when isfinite(${column}) then extract(epoch from ${column}) * 1000000 end)::bigint`

/**
 * Compares within the transaction of `client`, which must be `repeatable read`. `starts`: the campaign's start, as
 * PostgreSQL reads it.
 */
export async function compareScores(client: Client, starts: string): Promise<ScoreComparison> {
  const replay = new Replay()
  let entries = 0
  const ledger = `select id, kind, ${microseconds('at')} as at, user_id, team_id, checkin_id from ledger`
  for await (const row of rowsOf<LedgerRow>(client, ledger)) {
    replay.play(entryOf(row))
    entries += 1
  }
  const newCustomers = new Set<string>()
  const users = 'select id, is_old_customer from users'
  for await (const user of rowsOf<{ id: string; is_old_customer: boolean }>(client, users)) {
    if (!user.is_old_customer) newCustomers.add(user.id)
  }
  const { rows } = await client.query<{ at: string }>(
    `select ${microseconds('$1::timestamptz')} as at`,
    [starts],
  )
  const startsAt = Number(rows[0]?.at)
  const differences: ScoreDifference[] = []
  let teams = 0
  const scores = `select * from (
    select team_id as id, team_name, members, total_units, new_units, score,
      ${microseconds('earliest')} as earliest, ${microseconds('latest')} as latest from scores
  ) as kept`
  for await (const row of rowsOf<ScoreRow>(client, scores)) {
    teams += 1
    const members = replay.members(row.id, (user_id) => newCustomers.has(user_id))
    const replayed = scoreOf(members, startsAt)
    const kept = figuresOf(row)
    if (!isSame(kept, replayed)) {
      differences.push({ team_id: row.id, team_name: row.team_name, kept, replayed })
    }
  }
  return { entries, teams, differences }
}

function isSame(kept: ScoreFigures, replayed: ScoreFigures): boolean {
  const isSpreadSame = kept.earliest === replayed.earliest && kept.latest === replayed.latest
  return (
    kept.members === replayed.members &&
    kept.total_units === replayed.total_units &&
    kept.new_units === replayed.new_units &&
    kept.score === replayed.score &&
    // Of a team without members it means nothing.
    (isSpreadSame || kept.members === 0)
  )
}

/** All rows of a select that has an `id`, in its order, so many at once. */
async function* rowsOf<Row extends { readonly id: string }>(
  client: Client,
  select: string,
): AsyncGenerator<Row> {
  for (let after = '0'; ;) {
    const { rows } = await client.query<Row>(
      `${select} where id > $1 order by id limit ${rowsAtOnce}`,
      [after],
    )
    yield* rows
    if (rows.length < rowsAtOnce) return
    after = rows.at(-1)?.id ?? after
  }
}

function entryOf({ kind, user_id, team_id, checkin_id, at }: LedgerRow): LedgerEntry {
  if (kind === 'joined' || kind === 'left') return { kind, user_id, team_id: team_id ?? '' }
  if (kind === 'invalidated') return { kind, user_id, checkin_id: checkin_id ?? '' }
  return { kind: 'checked in', user_id, checkin_id: checkin_id ?? '', at: Number(at) }
}

function figuresOf(row: ScoreRow): ScoreFigures {
  return {
    members: row.members,
    total_units: Number(row.total_units),
    new_units: Number(row.new_units),
    earliest: Number(row.earliest),
    latest: Number(row.latest),
    score: row.score,
  }
}
