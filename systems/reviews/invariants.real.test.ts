import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Invariant, InvariantInput, InvariantResult, Promised } from 'plimsoll'
import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { invariants } from './invariants.ts'
import { review, runReviews, type RunningReviews } from './test/running-reviews.ts'

let host: PostgresHost
let reviews: RunningReviews
let product_id = 100

beforeAll(async () => {
  host = await startTestPostgres()
  reviews = await runReviews(host)
})
afterAll(async () => {
  await reviews[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

/** Each test has a product of its own, with older reviews that no run promised. */
beforeEach(async () => {
  product_id += 1
  for (let n = 0; n < 3; n += 1) await reviews.post(review({ product_id }))
})

let orders = 0

/** Posts a review as the reviewer does, and promises it. */
async function posted(): Promise<Promised & { readonly review_id: number }> {
  orders += 1
  const key = `00000000-0000-4000-8000-${String(orders).padStart(12, '0')}`
  const { body } = await reviews.post(review({ product_id, summary: `Order ${key}` }))
  const about = { product_id, rating: 4 }
  return { kind: 'review', key, about, outcome: 'ok', review_id: body.review_id }
}

async function vote(review_id: number, voter: string): Promise<Promised> {
  await reviews.put(`/reviews/${review_id}/helpful`, { 'voter-key': voter })
  return { kind: 'vote', key: voter, about: { review_id }, outcome: 'ok' }
}

/** What an invariant finds of the promises, without its numbers of nothing and its examples. */
async function found(name: keyof typeof invariants, promised: readonly Promised[]) {
  const invariant: Invariant = invariants[name]
  const random = { float: () => 0.5 } as InvariantInput['random']
  const addresses = { database: { url: reviews.database.url } }
  const result = await invariant({ url: reviews.url, addresses, promised, random })
  expect(result.examined).toBeGreaterThan(0)
  const counts = Object.entries<unknown>(result satisfies Omit<InvariantResult, 'name'>)
  return Object.fromEntries(
    counts.filter(([kind, count]) => kind !== 'examined' && kind !== 'examples' && count !== 0),
  )
}

test('a run that kept every promise breaks nothing, whatever is unknown', async () => {
  const promised = [await posted(), await posted(), await posted()]
  const [first] = promised as [(typeof promised)[0]]
  const votes = [await vote(first.review_id, 'ann'), await vote(first.review_id, 'bob')]
  const doubts: Promised[] = [
    { kind: 'review', key: 'never came', about: { product_id }, outcome: 'unknown' },
    { kind: 'review', key: 'refused', about: { product_id }, outcome: 'failed' },
    { ...(await posted()), outcome: 'unknown' },
    { ...(await vote(first.review_id, 'eve')), outcome: 'unknown' },
  ]
  for (const name of Object.keys(invariants) as (keyof typeof invariants)[]) {
    expect([name, await found(name, [...promised, ...votes, ...doubts])]).toEqual([name, {}])
  }
})

test('an acknowledged review that is gone is lost', async () => {
  const promised = [await posted(), await posted()]
  await reviews.sql('delete from reviews where id = $1', [promised[1]?.review_id])
  expect(await found('everyAcknowledgedReviewIsThereOnce', promised)).toEqual({ lost: 1 })
})

test('a review that is there twice is doubled, acknowledged or not', async () => {
  const promised = [await posted(), { ...(await posted()), outcome: 'unknown' as const }]
  for (const { key } of promised)
    await reviews.post(review({ product_id, summary: `Order ${key}` }))
  expect(await found('everyAcknowledgedReviewIsThereOnce', promised)).toEqual({ doubled: 2 })
})

test('a review that was refused and is there is unexpected', async () => {
  const promised = [{ ...(await posted()), outcome: 'failed' as const }]
  expect(await found('everyAcknowledgedReviewIsThereOnce', promised)).toEqual({ unexpected: 1 })
})

test.each([
  ['a rating counted too often', 'update product_figures set rating_5 = rating_5 + 1', 1],
  ['a rating not counted', 'update product_figures set rating_4 = rating_4 - 1', 2],
  ['no figures', 'delete from product_figures', 3],
])('%s is stale', async (_, damage, stale) => {
  const promised = [await posted()]
  await reviews.sql(`${damage} where product_id = $1`, [product_id])
  expect(await found('metaEqualsRecount', promised)).toEqual({ stale })
})

test('a vote that was acknowledged and not counted is lost, one counted twice is doubled', async () => {
  const promised = [await posted(), await posted()]
  const votes: Promised[] = []
  for (const { review_id } of promised) votes.push(await vote(review_id, 'ann'))
  const change = 'update reviews set helpfulness = helpfulness + $2 where id = $1'
  await reviews.sql(change, [promised[0]?.review_id, -1])
  await reviews.sql(change, [promised[1]?.review_id, 1])
  expect(await found('oneVotePerVoter', [...promised, ...votes])).toEqual({ lost: 1, doubled: 1 })
})

/** Lists of 20 reviews whose later pages begin `shift` rows from where they should. */
async function serveShiftedPages(shift: number): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    const count = Number(searchParams.get('count'))
    const after = searchParams.get('cursor')
    const from = after === null ? 0 : Number(after) + shift
    const results = Array.from({ length: 20 }, (_, n) => ({ review_id: n })).slice(
      from,
      from + count,
    )
    const next_cursor = from + count < 20 ? String(from + count) : null
    response.end(JSON.stringify({ results, next_cursor }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test.each([
  ['begin where they should', 0, { lost: 0, doubled: 0 }],
  ['skip a row', 1, { lost: 1, doubled: 0 }],
  ['repeat a row', -1, { lost: 0, doubled: 1 }],
])('later pages that %s are told from one large page', async (_, shift, expected) => {
  await using pages = await serveShiftedPages(shift)
  const promised: Promised[] = [{ kind: 'review', key: 'a', about: { product_id }, outcome: 'ok' }]
  const random = { float: () => 0.5 } as InvariantInput['random']
  const result = await invariants.pagesSkipNothing({
    url: pages.url,
    addresses: {},
    promised,
    random,
  })
  expect(result).toMatchObject({ examined: 1, ...expected })
})
