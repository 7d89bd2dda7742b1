// What must be true after a run: everything accepted is stored, once. Read from the table behind the door, when the queue
// is empty: a page at a time through the door would take longer than the run.

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { InvariantInput, InvariantResult } from 'plimsoll'

const drainWithin_ms = 60_000
const mostExamples = 10

/** Each accepted record that names its key is in the table, exactly once; none that was refused is. */
async function acceptedIsStored({
  url,
  addresses,
  promised,
}: InvariantInput): Promise<Omit<InvariantResult, 'name'>> {
  await drained(url)
  const found = await keysOf(addresses['database']?.url ?? '')
  const examples: string[] = []
  const counts = { lost: 0, doubled: 0, unexpected: 0 }
  const blame = (as: keyof typeof counts, key: string) => {
    counts[as] += 1
    if (examples.length < mostExamples) examples.push(`${as}: record ${key}`)
  }
  const records = promised.filter(({ kind }) => kind === 'record')
  for (const { key, outcome } of records) {
    const times = found.get(key) ?? 0
    if (times > 1) blame('doubled', key)
    if (times === 0 && outcome === 'ok') blame('lost', key)
    if (times > 0 && outcome === 'failed') blame('unexpected', key)
  }
  return { examined: records.length, ...counts, stale: 0, examples }
}

async function drained(url: string): Promise<void> {
  const until = performance.now() + drainWithin_ms
  let empty = 0
  while (empty < 3) {
    const answer = await fetch(`${url}/health`)
    const { queue } = (await answer.json()) as {
      queue: { waiting_messages: number; in_flight_messages: number } | null
    }
    const isEmpty = queue !== null && queue.waiting_messages + queue.in_flight_messages === 0
    empty = isEmpty ? empty + 1 : 0
    if (performance.now() > until) {
      throw new Error(`the queue is not empty after ${drainWithin_ms} ms: ${JSON.stringify(queue)}`)
    }
    await sleep(600)
  }
}

/** How often each key is in the table. */
async function keysOf(database: string): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    const { rows } = await client.query<{ key: string; times: string }>(
      `select right(message, 36) as key, count(*) as times from logs where service = 'workload' group by 1`,
    )
    return new Map(rows.map(({ key, times }) => [key, Number(times)]))
  } finally {
    await client.end()
  }
}

export const invariants = { acceptedIsStored }
