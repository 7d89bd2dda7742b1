// What must be true of the campaign after any run.

import type { Invariant, InvariantInput, InvariantResult } from 'plimsoll'
import pg from 'pg'
import { compareScores } from './src/score/compare-scores.ts'
import { mintToken, type Person } from './tokens.ts'

type Finding = {
  -readonly [Name in keyof Omit<InvariantResult, 'name' | 'examples' | 'unexamined'>]: number
} & {
  readonly examples: string[]
}

const mostExamples = 10
const ownWrites = 50
const eventRivals = 20
const deadline_ms = 30_000

/** `secret` signs the tokens with which people look; `starts` is when the campaign began. */
export const invariants = ({ secret, starts }: { secret: string; starts: string }) => ({
  scoresAreThoseOfTheLedger: scoresAreThoseOfTheLedger(starts),
  acknowledgedIsStoredOnce,
  noEventIsOverbooked: noEventIsOverbooked(secret),
  ownWriteIsVisibleAtOnce: ownWriteIsVisibleAtOnce(secret),
})

/** Every score is what the rule gives for a replay of the ledger. */
function scoresAreThoseOfTheLedger(starts: string): Invariant {
  return (input) =>
    withDatabase(input, async (client) => {
      const finding = nothingFound()
      await client.query('begin isolation level repeatable read read only')
      const { teams, differences } = await compareScores(client, starts)
      finding.examined = teams
      for (const { team_name, kept, replayed } of differences) {
        blame(finding, 'unexpected', `${team_name} has ${kept.score}, replayed ${replayed.score}`)
      }
      return finding
    })
}

/** Every acknowledged check-in is stored once and in the ledger once; none that was refused is. */
const acknowledgedIsStoredOnce: Invariant = (input) =>
  withDatabase(input, async (client) => {
    const finding = nothingFound()
    const { rows } = await client.query<{ nonce: string; entries: number }>(
      `select c.nonce, count(l.id)::integer as entries from checkins c
       left join ledger l on l.checkin_id = c.id and l.kind = 'checked in'
       where c.nonce is not null group by c.id, c.nonce`,
    )
    const stored = Map.groupBy(rows, ({ nonce }) => nonce)
    for (const { kind, key, outcome } of input.promised) {
      if (kind !== 'checkin') continue
      finding.examined += 1
      const found = stored.get(key) ?? []
      const entries = found.reduce((sum, row) => sum + row.entries, 0)
      if (outcome === 'ok' && found.length === 0) blame(finding, 'lost', `check-in ${key}`)
      if (outcome === 'failed' && found.length > 0) blame(finding, 'unexpected', `check-in ${key}`)
      if (found.length > 1 || entries > found.length) blame(finding, 'doubled', `check-in ${key}`)
      if (entries < found.length) blame(finding, 'lost', `the entry of check-in ${key}`)
    }
    return finding
  })

/**
 * No event has more people than places, and nobody waits while there is one: also of an event with one place for which
 * several people register at once by the front door.
 */
function noEventIsOverbooked(secret: string): Invariant {
  return async (input) => {
    const people = await firstPeople(input, eventRivals)
    const [planner] = people
    if (planner !== undefined) {
      const closes_at = new Date(Date.now() + deadline_ms).toISOString()
      const { id } = await asked<{ id: number }>(input, mintToken(planner, secret), {
        path: '/api/events',
        json: { title: 'One place', capacity: 1, closes_at },
      })
      const path = `/api/events/${id}/register`
      await Promise.all(
        people.map((person) => asked(input, mintToken(person, secret), { path, json: {} })),
      )
    }
    return await overbookedEvents(input)
  }
}

const overbookedEvents: Invariant = (input) =>
  withDatabase(input, async (client) => {
    const finding = nothingFound()
    const { rows } = await client.query<{
      id: string
      capacity: number
      kept: number
      registered: number
      waiting: number
    }>(
      `select e.id, e.capacity, e.registered as kept,
         count(*) filter (where r.status = 'registered')::integer as registered,
         count(*) filter (where r.status = 'waiting')::integer as waiting
       from events e left join registrations r on r.event_id = e.id group by e.id`,
    )
    for (const { id, capacity, kept, registered, waiting } of rows) {
      finding.examined += 1
      const counted = `event ${id}: ${registered} of ${capacity}, ${waiting} waiting`
      if (registered > capacity) blame(finding, 'doubled', counted)
      if (registered !== kept) blame(finding, 'unexpected', `${counted}, ${kept} kept`)
      if (registered < capacity && waiting > 0) blame(finding, 'lost', counted)
    }
    return finding
  })

/** Somebody who checks in by the front door finds it in the very next feed. */
function ownWriteIsVisibleAtOnce(secret: string): Invariant {
  return async (input) => {
    const finding = nothingFound()
    const [person] = await firstPeople(input, 1)
    if (person === undefined) return finding
    const token = mintToken(person, secret)
    for (let n = 0; n < ownWrites; n += 1) {
      const { checkin_id } = await asked<{ checkin_id: number }>(input, token, {
        path: '/api/user/upload-post',
        json: { content: `seen at once ${n}` },
      })
      const feed = await asked<readonly { id: number }[]>(input, token, {
        path: '/api/post/posts/?limit=100',
      })
      finding.examined += 1
      if (!feed.some(({ id }) => id === checkin_id))
        blame(finding, 'stale', `check-in ${checkin_id}`)
    }
    return finding
  }
}

async function firstPeople(input: InvariantInput, count: number): Promise<Person[]> {
  return await withDatabase(input, async (client) => {
    const { rows } = await client.query<Person>(
      'select id::integer, user_name from users order by id limit $1',
      [count],
    )
    return rows
  })
}

async function asked<Answer>(
  { url }: InvariantInput,
  token: string,
  { path, json }: { path: string; json?: unknown },
): Promise<Answer> {
  const answer = await fetch(url + path, {
    signal: AbortSignal.timeout(deadline_ms),
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}, expected 200 or 201`)
  return (await answer.json()) as Answer
}

async function withDatabase<Result>(
  { addresses }: InvariantInput,
  look: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: addresses['database']?.url })
  await client.connect()
  try {
    return await look(client)
  } finally {
    await client.end()
  }
}

function nothingFound(): Finding {
  return { examined: 0, lost: 0, doubled: 0, unexpected: 0, stale: 0, examples: [] }
}

function blame(
  finding: Finding,
  as: 'lost' | 'doubled' | 'unexpected' | 'stale',
  example: string,
): void {
  finding[as] += 1
  if (finding.examples.length < mostExamples) finding.examples.push(`${as}: ${example}`)
}
