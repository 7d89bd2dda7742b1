// Writing reviews. One statement writes the reviews of many requests with their photos and answers, and
// changes each product's and each characteristic's figures once, in the same transaction.
//
// Locks: product_ratings in ascending order of product, then that product's characteristics. Nobody touches
// the latter without the former, so two statements never wait for each other in a circle.

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

const given = `
  answers as materialized (
    select * from unnest($8::bigint[], $9::bigint[], $10::bigint[], $11::smallint[])
      as answers (position, product_id, characteristic_id, value)
  ),
  mistaken as materialized (
    select distinct answers.position from answers
    left join characteristics c
      on c.id = answers.characteristic_id and c.product_id = answers.product_id
    where c.id is null
  )`

/** The ids of the reviews to create, by position; null where none is. */
const numbered = `
  numbered as materialized (
    select array_agg(case when position in (select position from mistaken) then null
      else nextval('reviews_id_seq') end order by position) as ids
    from given
  )`

const columns = `product_id, rating, recommend, summary, body, name, email`

const written = `
  accepted as materialized (
    select ${columns}, position, (select ids from numbered)[position] as id
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
  answered as (
    insert into characteristic_reviews (review_id, characteristic_id, value)
    select (select ids from numbered)[position], characteristic_id, value from answers
    where (select ids from numbered)[position] is not null
  ),
  rated as (
    insert into product_ratings as p (product_id, rating_1, rating_2, rating_3, rating_4, rating_5,
      recommended_false, recommended_true)
    select product_id,
      count(*) filter (where rating = 1), count(*) filter (where rating = 2),
      count(*) filter (where rating = 3), count(*) filter (where rating = 4),
      count(*) filter (where rating = 5),
      count(*) filter (where not recommend), count(*) filter (where recommend)
    from accepted group by product_id order by product_id
    on conflict (product_id) do update set
      rating_1 = p.rating_1 + excluded.rating_1, rating_2 = p.rating_2 + excluded.rating_2,
      rating_3 = p.rating_3 + excluded.rating_3, rating_4 = p.rating_4 + excluded.rating_4,
      rating_5 = p.rating_5 + excluded.rating_5,
      recommended_false = p.recommended_false + excluded.recommended_false,
      recommended_true = p.recommended_true + excluded.recommended_true
    returning 1
  ),
  summed as (
    update characteristics c
    set answers_sum = c.answers_sum + change.sum, answers_count = c.answers_count + change.count
    from (
      select characteristic_id, sum(value) as sum, count(*) as count from answers
      where (select ids from numbered)[position] is not null
      -- Reads all of rated first: products are locked before their characteristics.
        and (select count(*) from rated) > 0
      group by characteristic_id
    ) as change
    where c.id = change.characteristic_id
  )`

const types = `$1::bigint[], $2::smallint[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::text[]`

const createReviews = statement(
  'create_reviews',
  `with given as materialized (
    select * from unnest(${types}) with ordinality as given (${columns}, position)
  ), ${given}, ${numbered}, ${written}
  select ids, null from numbered`,
)

/**
 * The same, once per key. Whoever gets the lock of a key is its only writer until the transaction ends; whoever
 * does not is told that the first request is still running. A writer whose snapshot is older than the end of
 * the previous writer finds the key taken when it inserts it, and is told the same.
 */
const createReviewsOnce = statement(
  'create_reviews_once',
  `with given as materialized (
    select *, nextval('reviews_id_seq') as id
    from unnest(${types}, $14::text[], $15::text[]) with ordinality
      as given (${columns}, key, fingerprint, position)
  ), ${given},
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
  const answers = reviews.flatMap(({ product_id, characteristics }, i) =>
    Object.entries(characteristics).map(([id, value]) => ({
      position: i + 1,
      product_id,
      id,
      value,
    })),
  )
  const photos = reviews.flatMap(({ photos }, i) => photos.map((url) => ({ position: i + 1, url })))
  return [
    plainArray(reviews.map(({ product_id }) => product_id)),
    plainArray(reviews.map(({ rating }) => rating)),
    plainArray(reviews.map(({ recommend }) => recommend)),
    textArray(reviews.map(({ summary }) => summary)),
    textArray(reviews.map(({ body }) => body)),
    textArray(reviews.map(({ name }) => name)),
    textArray(reviews.map(({ email }) => email)),
    plainArray(answers.map(({ position }) => position)),
    plainArray(answers.map(({ product_id }) => product_id)),
    plainArray(answers.map(({ id }) => id)),
    plainArray(answers.map(({ value }) => value)),
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
