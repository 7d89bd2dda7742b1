// The aggregates counted again from the reviews and their answers: what the import fills them with, and
// what `verify` holds them against. `$1` is an array of products, or null for all.

/** What product_figures should count of each product that has a review. */
export const recountRatings = `
  select product_id,
    count(*) filter (where rating = 1) as rating_1,
    count(*) filter (where rating = 2) as rating_2,
    count(*) filter (where rating = 3) as rating_3,
    count(*) filter (where rating = 4) as rating_4,
    count(*) filter (where rating = 5) as rating_5,
    count(*) filter (where not recommend) as recommended_false,
    count(*) filter (where recommend) as recommended_true
  from reviews
  where $1::bigint[] is null or product_id = any($1::bigint[])
  group by product_id`

/** Sum and count of the answers to every characteristic that has any. */
export const recountAnswers = `
  select characteristic_id, sum(value) as answers_sum, count(*) as answers_count
  from characteristic_reviews
  where $1::bigint[] is null
    or characteristic_id in (
      select unnest(characteristic_ids) from product_figures where product_id = any($1::bigint[]))
  group by characteristic_id`
