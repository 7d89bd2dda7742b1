// Holds the stored aggregates against a recount from the rows they stand for, in one snapshot, so that
// writers may go on meanwhile.

import { recountAnswers, recountRatings } from './recount.ts'
import type { ClientBase } from 'pg'

/** One number that is not what a recount gives. */
export interface Difference {
  readonly product_id: number
  /** A count of product_figures, or of a characteristic: `characteristic 7 answers_sum`. */
  readonly what: string
  readonly stored: number
  readonly counted: number
}

export interface VerifyOptions {
  /** Only these products; all unless given. */
  readonly products?: readonly number[]
  /** Milliseconds that each of the two recounts may take; a minute unless given. */
  readonly timeout?: number
  /** How many differences are returned of each kind at most; 1,000 unless given. */
  readonly limit?: number
}

const counters = [
  'rating_1',
  'rating_2',
  'rating_3',
  'rating_4',
  'rating_5',
  'recommended_false',
  'recommended_true',
]

const ratingDifferences = `
  select product_id::float8, what, coalesce(stored, 0)::float8 as stored, coalesce(counted, 0)::float8 as counted
  from (select * from product_figures where $1::bigint[] is null or product_id = any($1::bigint[])) as kept
    full join (${recountRatings}) as recount using (product_id),
    lateral (values ${counters.map((name) => `('${name}', kept.${name}, recount.${name})`).join(', ')})
      as pair (what, stored, counted)
  where coalesce(stored, 0) <> coalesce(counted, 0)
  order by product_id, what
  limit $2`

const answerDifferences = `
  select coalesce(product_id, 0)::float8 as product_id, format('characteristic %s %s', characteristic_id, what) as what,
    coalesce(stored, 0)::float8 as stored, coalesce(counted, 0)::float8 as counted
  from (
      select characteristic_id, product_id, answers_sum, answers_count
      from product_figures, unnest(characteristic_ids, answer_sums, answer_counts)
        as each_of (characteristic_id, answers_sum, answers_count)
      where $1::bigint[] is null or product_id = any($1::bigint[])
    ) as kept
    full join (${recountAnswers}) as recount using (characteristic_id),
    lateral (values
      ('answers_sum', kept.answers_sum, recount.answers_sum),
      ('answers_count', kept.answers_count, recount.answers_count)
    ) as pair (what, stored, counted)
  where coalesce(stored, 0) <> coalesce(counted, 0)
  order by 1, 2
  limit $2`

/** The differences between what is stored and what a recount gives. Throws what the database says. */
export async function verifyAggregates(
  client: ClientBase,
  { products, timeout = 60_000, limit = 1_000 }: VerifyOptions = {},
): Promise<readonly Difference[]> {
  await client.query('begin isolation level repeatable read read only')
  try {
    await client.query(`set local statement_timeout = ${Math.trunc(timeout)}`)
    // Before the snapshot is taken: one that is older than the end of an import sees the half of it.
    await client.query(
      'lock table product_figures, reviews, characteristic_reviews in access share mode',
    )
    const wanted = products ?? null
    const ratings = await client.query<Difference>(ratingDifferences, [wanted, limit])
    const answers = await client.query<Difference>(answerDifferences, [wanted, limit])
    return [...ratings.rows, ...answers.rows]
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}
