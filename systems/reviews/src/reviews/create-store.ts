// Writing reviews. One statement writes the reviews of many requests with their photos and answers, and changes each
// product's figures once, in the same transaction.
//
// Locks: product_figures in ascending order of product, so two statements never wait for each other in a circle.

import {
  plainArray,
  statement,
  textArray,
  type Coalescer,
  type LaneOptions,
} from '@plimsoll/service'

/** A review that fits the schema, and the key it came with. */
export interface NewReview {
  readonly product_id: number
  readonly rating: number
  readonly summary: string
  readonly body: string
  readonly recommend: boolean
  readonly name: string
  readonly email: string
  readonly photos: readonly string[]
  /** Characteristic id to answer, 1 to 5. */
  readonly characteristics: Readonly<Record<string, number>>
}

/** A review with its Idempotency-Key and the fingerprint of its body. */
export interface KeyedReview extends NewReview {
  readonly key: string
  readonly fingerprint: string
}

/** What became of it. `id` is there when a review was created, now or by the same key before. */
export type Creation =
  | { readonly verdict: 'created' | 'replayed'; readonly id: string }
  /** An answer to a characteristic that the product does not have. */
  | { readonly verdict: 'mistaken' }
  /** The key came with another body before. */
  | { readonly verdict: 'mismatch' }
  /** The first request with the key has not ended. */
  | { readonly verdict: 'running' }

const columns = `product_id, rating, recommend, summary, body, name, email`
/** Which of all answers are those of a review. */
const slice = 'first_answer, last_answer'

/** What was sent, by position, with the characteristics of its product; `more` is added to each. */
const given = (types: string, { names, more = '' }: { names: string; more?: string }) => `
  given as materialized (
    select sent.*${more}, product.characteristic_ids
    from unnest(${types}) with ordinality as sent (${names}, position)
    -- A lateral lookup with a limit cannot be turned round: a plan made while the table was empty stays good.
    left join lateral (
      select characteristic_ids from product_figures
      where product_figures.product_id = sent.product_id limit 1
    ) as product on true
  ),
  answers as materialized (
    select position, product_id, characteristic_id, value,
      array_position(characteristic_ids, characteristic_id) as slot
    from given cross join lateral unnest(
      ($10::bigint[])[first_answer:last_answer], ($11::smallint[])[first_answer:last_answer]
    ) as answered (characteristic_id, value)
  ),
  mistaken as materialized (
    select distinct position from answers where slot is null
  )`

/** The ids of the reviews to create, by position; null where none is. */
const numbered = `
  numbered as materialized (
    select array_agg(case when position in (select position from mistaken) then null
      else nextval('reviews_id_seq') end order by position) as ids
    from given
  )`

const written = `
  accepted as materialized (
    select ${columns}, cardinality(characteristic_ids) as slots, position,
      (select ids from numbered)[position] as id
    from given where (select ids from numbered)[position] is not null
  ),
  reviewed as (
    insert into reviews (id, product_id, date, rating, recommend, has_photos, summary, body,
      reviewer_name, reviewer_email)
    select id, product_id, now(), rating, recommend,
      position in (select * from unnest($12::bigint[])), summary, body, name, email
    from accepted
  ),
  pictured as (
    insert into photos (review_id, url)
    select (select ids from numbered)[position], url
    from unnest($12::bigint[], $13::text[]) as pictures (position, url)
    where (select ids from numbered)[position] is not null
  ),
  counted as materialized (
    select *, (select ids from numbered)[position] as id from answers
    where (select ids from numbered)[position] is not null
  ),
  answered as (
    insert into characteristic_reviews (review_id, characteristic_id, value)
    select id, characteristic_id, value from counted
  ),
  summed as (
    select product_id, slot, coalesce(sum(value), 0) as sum, count(value) as count,
      count(*) filter (where rating = 1) as rating_1, count(*) filter (where rating = 2) as rating_2,
      count(*) filter (where rating = 3) as rating_3, count(*) filter (where rating = 4) as rating_4,
      count(*) filter (where rating = 5) as rating_5,
      count(*) filter (where not recommend) as recommended_false,
      count(*) filter (where recommend) as recommended_true
    from (
      -- Answers, every characteristic of the product, and as its slot 0 the review itself: without a join, because the
      -- only one that plans may use compares all with all.
      select product_id, slot, value, null::smallint as rating, null::boolean as recommend
      from counted
      union all select product_id, generate_series(1, slots), null, null, null from accepted
      union all select product_id, 0, null, rating, recommend from accepted
    ) as each
    group by product_id, slot
  ),
  figured as (
    insert into product_figures as p (product_id, rating_1, rating_2, rating_3, rating_4, rating_5,
      recommended_false, recommended_true, answer_sums, answer_counts)
    select product_id, max(rating_1), max(rating_2), max(rating_3), max(rating_4), max(rating_5),
      max(recommended_false), max(recommended_true),
      coalesce(array_agg(sum order by slot) filter (where slot > 0), '{}'),
      coalesce(array_agg(count order by slot) filter (where slot > 0), '{}')
    from summed group by product_id
    order by product_id
    on conflict (product_id) do update set
      rating_1 = p.rating_1 + excluded.rating_1, rating_2 = p.rating_2 + excluded.rating_2,
      rating_3 = p.rating_3 + excluded.rating_3, rating_4 = p.rating_4 + excluded.rating_4,
      rating_5 = p.rating_5 + excluded.rating_5,
      recommended_false = p.recommended_false + excluded.recommended_false,
      recommended_true = p.recommended_true + excluded.recommended_true,
      (answer_sums, answer_counts) = (
        select coalesce(array_agg(sum + more), '{}'), coalesce(array_agg(count + times), '{}')
        from unnest(p.answer_sums, excluded.answer_sums, p.answer_counts, excluded.answer_counts)
          as both_of (sum, more, count, times)
      )
  )`

const types = `$1::bigint[], $2::smallint[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::text[],
  $8::integer[], $9::integer[]`

const createReviews = statement(
  'create_reviews',
  `with ${given(types, { names: `${columns}, ${slice}` })}, ${numbered}, ${written}
  select ids, null from numbered`,
)

/**
 * The same, once per key. Whoever gets the lock of a key is its only writer until the transaction ends; whoever
 * does not is told that the first request is still running. A writer whose snapshot is older than the end of
 * the previous writer finds the key taken when it inserts it, and is told the same.
 */
const createReviewsOnce = statement(
  'create_reviews_once',
  `with ${given(`${types}, $14::text[], $15::text[]`, {
    names: `${columns}, ${slice}, key, fingerprint`,
    more: `, nextval('reviews_id_seq') as id`,
  })},
  first as materialized (
    select distinct on (key) key, fingerprint, id from given
    where position not in (select position from mistaken) order by key, position
  ),
  held as materialized (
    select *, pg_try_advisory_xact_lock(hashtextextended(key, 0)) as mine from first
  ),
  known as materialized (
    select held.key, k.fingerprint, k.review_id from held
    -- A lateral lookup with a limit cannot be turned round: a plan made while the table was empty stays good.
    cross join lateral (
      select fingerprint, review_id, created_at from idempotency_keys
      where idempotency_keys.key = held.key limit 1
    ) as k
    where held.mine and k.created_at > now() - interval '24 hours'
  ),
  claimed as (
    insert into idempotency_keys as k (key, fingerprint, review_id)
    select key, fingerprint, id from held
    where mine and key not in (select key from known) order by key
    on conflict (key) do update
      set fingerprint = excluded.fingerprint, review_id = excluded.review_id, created_at = now()
      where k.created_at <= now() - interval '24 hours'
    returning review_id
  ),
  judged as materialized (
    select given.position, given.id, case
      when given.position in (select position from mistaken) then 'mistaken'
      when given.id in (select review_id from claimed) then 'created ' || given.id
      when known.key is null then 'running'
      when known.fingerprint = given.fingerprint then 'replayed ' || known.review_id
      else 'mismatch' end as verdict
    from given left join known on known.key = given.key
  ),
  numbered as materialized (
    select array_agg(case when id in (select review_id from claimed) then id end order by position)
        as ids,
      string_agg(verdict, ',' order by position) as verdicts
    from judged
  ), ${written}
  select ids, verdicts from numbered`,
)

function bind(reviews: readonly NewReview[]): unknown[] {
  const answers = reviews.map(({ characteristics }) => Object.entries(characteristics))
  const lasts: number[] = []
  for (const { length } of answers) lasts.push((lasts.at(-1) ?? 0) + length)
  const photos = reviews.flatMap(({ photos }, i) => photos.map((url) => ({ position: i + 1, url })))
  return [
    plainArray(reviews.map(({ product_id }) => product_id)),
    plainArray(reviews.map(({ rating }) => rating)),
    plainArray(reviews.map(({ recommend }) => recommend)),
    textArray(reviews.map(({ summary }) => summary)),
    textArray(reviews.map(({ body }) => body)),
    textArray(reviews.map(({ name }) => name)),
    textArray(reviews.map(({ email }) => email)),
    plainArray(reviews.map((_, i) => (lasts[i - 1] ?? 0) + 1)),
    plainArray(lasts),
    plainArray(answers.flatMap((own) => own.map(([id]) => id))),
    plainArray(answers.flatMap((own) => own.map(([, value]) => value))),
    plainArray(photos.map(({ position }) => position)),
    textArray(photos.map(({ url }) => url)),
  ]
}

function bytes({ summary, body, name, email, photos, characteristics }: NewReview): number {
  let total = 200 + 50 * Object.keys(characteristics).length
  for (const text of [summary, body, name, email]) total += Buffer.byteLength(text)
  for (const url of photos) total += 20 + Buffer.byteLength(url)
  return total
}

const plain: LaneOptions<NewReview, Creation> = {
  statement: createReviews,
  kind: 'write',
  bytes,
  bind,
  answers: ([row]) =>
    (row?.[0] ?? '')
      .slice(1, -1)
      .split(',')
      .map((id) => (id === 'NULL' ? { verdict: 'mistaken' } : { verdict: 'created', id })),
}

const once: LaneOptions<KeyedReview, Creation> = {
  statement: createReviewsOnce,
  kind: 'write',
  bytes,
  bind: (reviews) => [
    ...bind(reviews),
    textArray(reviews.map(({ key }) => key)),
    textArray(reviews.map(({ fingerprint }) => fingerprint)),
  ],
  answers: ([row]) => (row?.[1] ?? '').split(',').map(creationOf),
}

function creationOf(text: string): Creation {
  const [verdict, id = ''] = text.split(' ')
  return { verdict, id } as Creation
}

/** Opens the lanes that create reviews, without a key and with one. */
export function openCreation(coalescer: Coalescer) {
  return { create: coalescer.lane(plain), createOnce: coalescer.lane(once) }
}
