import type { Coalescer, Statement } from '@plimsoll/service'
import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { runReviews, type RunningReviews } from '../test/running-reviews.ts'
import { session } from './create-reviews.ts'
import { openMeta } from './meta/meta-store.ts'
import { openCreation } from './reviews/create-store.ts'
import { forget } from './reviews/forget-old-keys.ts'
import { openLists } from './reviews/list-store.ts'
import { openVotes } from './votes/vote-store.ts'

const statements: Statement[] = []
const recorder = {
  lane: ({ statement }: { statement: Statement }) => statements.push(statement),
} as unknown as Coalescer
openLists(recorder)
openMeta(recorder)
openCreation(recorder)
openVotes(recorder, 'helpful')
openVotes(recorder, 'report')
statements.push(forget)

let host: PostgresHost
let reviews: RunningReviews

beforeAll(async () => {
  host = await startTestPostgres()
  reviews = await runReviews(host)
  for (const [name, value] of Object.entries(session)) await reviews.sql(`set ${name} = ${value}`)
  for (const { name, text } of statements) await reviews.sql(`prepare ${name} as ${text}`)
})
afterAll(async () => {
  await reviews[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

/** The plan that is kept for a statement, whatever its parameters. */
async function planOf({ name, text }: Statement): Promise<string> {
  const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)))
  const nulls = parameters === 0 ? '' : `(${Array(parameters).fill('null').join(', ')})`
  const rows = await reviews.sql(`explain execute ${name} ${nulls}`)
  return rows.map((row) => String(row['QUERY PLAN'])).join('\n')
}

const fill = `
  insert into reviews (product_id, date, rating, recommend, summary, body, reviewer_name, reviewer_email)
    select i, now(), 5, true, '', '', '', '' from generate_series(1, 3) i;
  insert into product_figures (product_id) select i from generate_series(1, 3) i;
  insert into idempotency_keys select i, '', i from generate_series(1, 3) i;
  analyze`

test('every statement goes by the index meant for it, on empty tables and on tiny ones', async () => {
  for (const prepare of ['select 1', fill]) {
    await reviews.sql(prepare)
    for (const statement of statements) {
      const plan = await planOf(statement)
      // What is joined otherwise was looked up before, or sent.
      const scans = plan.match(/(Seq|Bitmap|Index)[\w ]* Scan .*(\n\s*Index Cond)?/g) ?? []
      const unbounded = scans.filter((scan) => !/^Index.*\n\s*Index Cond/.test(scan))
      expect([statement.name, unbounded]).toEqual([statement.name, []])
    }
  }
})

test('each sort of a list is the end of a range of its own index, without a sort', async () => {
  for (const statement of statements.filter(({ name }) => name.startsWith('list_'))) {
    const plan = await planOf(statement)
    for (const sort of ['newest', 'helpful', 'relevant']) {
      expect(plan).toContain(`Index Scan Backward using reviews_${sort} on reviews`)
    }
    expect(plan.match(/Sort Key: (?!p\.|p_\d\.)/g)).toBeNull()
  }
})

test('reviews that are voted on are looked up one by one, on empty tables too', async () => {
  for (const statement of statements.filter(({ name }) => name.startsWith('vote_'))) {
    const plan = await planOf(statement)
    const lookups = plan.match(/on reviews.*\n\s*Index Cond: \(id = /g)
    expect([statement.name, lookups?.length]).toEqual([statement.name, 2])
  }
})

test('a key is looked up by the key, not by its age', async () => {
  const once = statements.filter(({ name }) => name === 'create_reviews_once')
  expect(once).toHaveLength(1)
  for (const statement of once) {
    expect(await planOf(statement)).toMatch(
      /Index Scan using idempotency_keys_pkey on idempotency_keys .*\n\s*Index Cond: \(key = held\.key\)/,
    )
  }
})

test('old keys are found by their age, and deleted by the key', async () => {
  const plan = await planOf(forget)
  expect(plan).toMatch(
    /Index Scan using idempotency_keys_created .*\n\s*Index Cond: \(created_at </,
  )
  expect(plan).toMatch(/Index Scan using idempotency_keys_pkey .*\n\s*Index Cond: \(key = ANY/)
})
