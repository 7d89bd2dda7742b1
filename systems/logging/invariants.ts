// What must be true of the records after any run, whatever died meanwhile: accepted = stored ∪ dead-lettered,
// nothing twice, and the newest are what SQL says they are.

import pg from 'pg'
import type { Invariant, InvariantInput, InvariantResult } from 'plimsoll'
import { decodeChunk } from './src/records/chunk.ts'

type Finding = {
  -readonly [Name in keyof Omit<InvariantResult, 'name' | 'examples' | 'unexamined'>]: number
} & {
  readonly examples: string[]
}

const keyLength = 36
const newestCompared = 100

/** Every record of every acknowledged request is stored once or lies with the dead letters; none is there twice. */
const acceptedIsStoredOrDead: Invariant = async (input) => {
  const finding: Finding = {
    examined: 0,
    lost: 0,
    doubled: 0,
    unexpected: 0,
    stale: 0,
    examples: [],
  }
  const dead = await deadLetters(input)
  await withDatabase(input, async (client) => {
    // Hashed, and by bytes: sorting all lines by the rules of a language takes many times as long.
    await client.query("set work_mem = '256MB'")
    const { rows } = await client.query<{ key: string; stored: number; different: number }>(
      `select left(record, ${keyLength}) as key, sum(times)::int as stored, count(*)::int as different
       from (select split_part(message, ' ', 1) collate "C" as record, count(*) as times
             from logs group by 1) as records
       group by 1`,
    )
    const byKey = new Map(rows.map((row) => [row.key, row]))
    for (const { key, outcome, about } of input.promised) {
      const count = Number(about['count'])
      const { stored = 0, different = 0 } = byKey.get(key) ?? {}
      const inGraveyard = dead.split(key).length - 1
      finding.examined += count
      const missing = count - different - inGraveyard
      if (outcome === 'ok' && missing > 0)
        blame(finding, 'lost', missing, `${key}: ${different} of ${count}`)
      if (stored > different)
        blame(finding, 'doubled', stored - different, `${key}: ${stored} rows`)
      if (outcome === 'failed' && stored > 0)
        blame(finding, 'unexpected', stored, `${key} was refused`)
    }
  })
  return finding
}

/** The front door shows the same newest records, in the same order, as the table. */
const newestEqualSql: Invariant = async (input) => {
  const finding: Finding = {
    examined: 0,
    lost: 0,
    doubled: 0,
    unexpected: 0,
    stale: 0,
    examples: [],
  }
  const answer = await fetch(`${input.url}/logs?limit=${newestCompared}`)
  const { logs, next_cursor } = (await answer.json()) as {
    logs: readonly { readonly id: string }[]
    next_cursor: string | null
  }
  await withDatabase(input, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      // A page of long records may be shorter, where it says how to go on.
      `select id from logs order by timestamp desc, id desc limit $1`,
      [next_cursor === null ? newestCompared : logs.length],
    )
    finding.examined = rows.length
    const wrong = rows.filter(({ id }, n) => logs[n]?.id !== id).length
    if (wrong > 0) blame(finding, 'stale', wrong, `${wrong} of the newest ${rows.length} differ`)
  })
  return finding
}

export const invariants = { acceptedIsStoredOrDead, newestEqualSql }

/** Every line that lies with the dead letters of the embedded queue, as one text. */
async function deadLetters({ addresses }: InvariantInput): Promise<string> {
  const url = `${addresses['queue']?.url}/_fauxqs/queues/logs-dead-letters`
  const answer = await fetch(url)
  if (!answer.ok) return ''
  const { messages } = (await answer.json()) as {
    messages: Record<string, readonly { body?: string; message?: { body: string } }[]>
  }
  return Object.values(messages)
    .flat()
    .map(({ body, message }) => decodeChunk(body ?? message?.body ?? '')?.lines.toString() ?? '')
    .join('\n')
}

async function withDatabase(
  { addresses }: InvariantInput,
  look: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: addresses['database']?.url })
  await client.connect()
  try {
    await look(client)
  } finally {
    await client.end()
  }
}

function blame(
  finding: Finding,
  as: 'lost' | 'doubled' | 'unexpected' | 'stale',
  count: number,
  example: string,
): void {
  finding[as] += count
  if (finding.examples.length < 10) finding.examples.push(`${as}: ${example}`)
}
