// How invariants look: by the front door in the name of a user, at many at once, and by SQL where no door leads.

import { Tokens } from '@plimsoll/service/tokens'
import pg from 'pg'
import type { InvariantInput } from 'plimsoll'

/** Answers to what one user asks. */
export interface Door {
  readonly user: string
  readonly get: <Answer>(path: string) => Promise<Answer>
}

const lookedAtOnce = 16
const requestTimeout_ms = 30_000

/** The front door for a user; `secret` signs their token. Throws for anything but a 200. */
export async function doorOf({ url }: InvariantInput, user: string, secret: string): Promise<Door> {
  const tokens = new Tokens<null>({
    secret,
    lifetime_seconds: 900,
    remembered: 1,
    identityOf: () => null,
    now: Date.now,
  })
  const token = await tokens.issue({ user_id: Number(user), username: 'an invariant' })
  return {
    user,
    get: async <Answer>(path: string) => {
      const answer = await fetch(url + path, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(requestTimeout_ms),
      })
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}, expected 200`)
      return (await answer.json()) as Answer
    },
  }
}

/** So many of them, drawn by the run's seed. */
export function sampleOf<One>(
  all: Iterable<One>,
  { count, random }: { count: number; random: InvariantInput['random'] },
): One[] {
  return [...all]
    .map((one) => ({ one, order: random.float() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ one }) => one)
}

/** Looks at each, a bounded number at once. */
export async function lookAtEach<One>(
  all: readonly One[],
  look: (one: One) => Promise<void>,
): Promise<void> {
  const left = [...all]
  const lookOn = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await look(next)
  }
  await Promise.all(Array.from({ length: lookedAtOnce }, lookOn))
}

export async function query<Row extends pg.QueryResultRow>(
  { addresses }: InvariantInput,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: addresses['database']?.url })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
