// What must be true of the reviews after any run, whatever died meanwhile.

import pg from 'pg'
import type { Invariant, Promised } from 'plimsoll'
import { blame, eachProduct, get, newest, newFinding } from './front-door.ts'
import { verifyAggregates } from './src/verify/verify-aggregates.ts'
import { products } from './workload.ts'

/** The reviewer persona writes its key into the summary, so that a review can be found by it. */
const orderNumber = /^Order ([0-9a-f-]{36})$/

/** Rows read beyond those promised, so that one that is there twice cannot hide behind the others. */
const room = 10

/** Every acknowledged review is there once, and none that was refused. */
const everyAcknowledgedReviewIsThereOnce: Invariant = async (input) => {
  const finding = newFinding()
  await eachProduct(input, { most: products }, async (product_id, promised) => {
    // The run's reviews are the newest of their product, so this many rows hold them all.
    const reviews = await newest(input, { product_id, most: promised.length + room })
    const found = reviews.flatMap(({ summary }) => orderNumber.exec(summary)?.[1] ?? [])
    for (const { key, outcome } of promised) {
      const times = found.filter((one) => one === key).length
      const example = `review ${key} of product ${product_id}`
      finding.examined += 1
      if (outcome === 'ok' && times === 0) blame(finding, { as: 'lost', example })
      if (outcome === 'failed' && times > 0) blame(finding, { as: 'unexpected', example })
      if (times > 1) blame(finding, { as: 'doubled', example })
    }
  })
  return finding
}

/** Ratings, recommendations and characteristics in meta are those of the reviews, counted again. */
const metaEqualsRecount: Invariant = async (input) => {
  const finding = newFinding()
  const touched: number[] = []
  await eachProduct(input, { most: 300 }, async (product_id) => {
    touched.push(product_id)
    // The list first: what is committed between the two puts meta ahead, which is no fault.
    const reviews = await newest(input, { product_id, most: Infinity })
    const { ratings } = await get<{ ratings: Record<string, string> }>(
      `${input.url}/reviews/meta?product_id=${product_id}`,
    )
    finding.examined += 1
    for (const [rating, counted] of Object.entries(ratings)) {
      const listed = reviews.filter((review) => String(review.rating) === rating).length
      const example = `product ${product_id}, rating ${rating}: ${listed} listed, ${counted} counted`
      // Reported reviews are hidden from the list and stay in meta: it may be ahead, never behind.
      if (listed > Number(counted)) blame(finding, { as: 'stale', example })
    }
  })
  const client = new pg.Client({ connectionString: input.addresses['database']?.url })
  await client.connect()
  try {
    for (const difference of await verifyAggregates(client, { products: touched, limit: 10 })) {
      const { product_id, what, stored, counted } = difference
      const example = `product ${product_id}, ${what}: ${stored} stored, ${counted} counted`
      blame(finding, { as: 'stale', example })
    }
  } finally {
    await client.end()
  }
  return finding
}

/** A voter counts once, double clicks or not: looked up on the reviews of this run, which began at zero. */
const oneVotePerVoter: Invariant = async (input) => {
  const finding = newFinding()
  const votes = input.promised.filter(({ kind }) => kind === 'vote')
  const votesOf = Map.groupBy(votes, ({ about }) => Number(about['review_id']))
  await eachProduct(input, { most: products }, async (product_id, promised) => {
    const reviews = await newest(input, { product_id, most: promised.length })
    for (const { review_id, helpfulness } of reviews.filter((one) =>
      orderNumber.test(one.summary),
    )) {
      const { certain, possible } = countVotes(votesOf.get(review_id) ?? [])
      const example = `review ${review_id}: ${helpfulness} votes counted, ${certain} acknowledged`
      finding.examined += 1
      if (helpfulness < certain) blame(finding, { as: 'lost', example })
      if (helpfulness > possible) blame(finding, { as: 'doubled', example })
    }
  })
  return finding
}

/** Small pages show what one large page shows: nothing twice, nothing skipped. */
const pagesSkipNothing: Invariant = async (input) => {
  const finding = newFinding()
  await eachProduct(input, { most: 100 }, async (product_id) => {
    const small = await newest(input, { product_id, most: 70, count: 7 })
    const large = await newest(input, { product_id, most: 70, count: 70 })
    const ids = small.slice(0, 70).map(({ review_id }) => review_id)
    const expected = large.slice(0, 70).map(({ review_id }) => review_id)
    const example = `paging product ${product_id} by 7`
    finding.examined += 1
    if (new Set(ids).size < ids.length) blame(finding, { as: 'doubled', example })
    if (expected.some((id) => !ids.includes(id))) blame(finding, { as: 'lost', example })
  })
  return finding
}

export const invariants = {
  everyAcknowledgedReviewIsThereOnce,
  metaEqualsRecount,
  oneVotePerVoter,
  pagesSkipNothing,
}

function countVotes(votes: readonly Promised[]): { certain: number; possible: number } {
  const count = (holds: (vote: Promised) => boolean) => votes.filter(holds).length
  return {
    certain: count(({ outcome }) => outcome === 'ok'),
    possible: count(({ outcome }) => outcome === 'ok' || outcome === 'unknown'),
  }
}
