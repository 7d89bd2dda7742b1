import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  addCharacteristics,
  review,
  runReviews,
  type RunningReviews,
} from '../../test/running-reviews.ts'

let host: PostgresHost
let reviews: RunningReviews
let another: RunningReviews

beforeAll(async () => {
  host = await startTestPostgres()
  reviews = await runReviews(host)
  for (let product_id = 1; product_id <= 20; product_id++) {
    const [fit, length] = characteristicsOf(product_id)
    await addCharacteristics(reviews, {
      product_id,
      characteristics: { [fit]: 'Fit', [length]: 'Length' },
    })
  }
  another = await runReviews(host, { BODY_LENGTH_MIN: '3', PHOTOS_MAX: '1' })
})
afterAll(async () => {
  await another[Symbol.asyncDispose]()
  await reviews[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

const characteristicsOf = (product: number) => [2 * product, 2 * product + 1] as const

/** What the stored figures say less what a recount says: nothing, if they agree. */
async function differences(): Promise<unknown[]> {
  return await reviews.sql(`
    select product_id from product_figures p full join (
      select product_id, count(*) filter (where rating = 1) r1, count(*) filter (where rating = 2) r2,
        count(*) filter (where rating = 3) r3, count(*) filter (where rating = 4) r4,
        count(*) filter (where rating = 5) r5, count(*) filter (where recommend) yes, count(*) as n
      from reviews group by 1) r using (product_id)
    where p is null or (rating_1, rating_2, rating_3, rating_4, rating_5, recommended_true,
        recommended_true + recommended_false)
      <> (coalesce(r1, 0), coalesce(r2, 0), coalesce(r3, 0), coalesce(r4, 0), coalesce(r5, 0),
        coalesce(yes, 0), coalesce(n, 0))
    union all
    select id from (
      select c.* from product_figures,
        unnest(characteristic_ids, answer_sums, answer_counts) as c (id, answers_sum, answers_count)
    ) as c
    full join (
      select characteristic_id, sum(value) s, count(*) n from characteristic_reviews group by 1) a
      on a.characteristic_id = id
    where coalesce(answers_sum, 0) <> coalesce(s, 0) or coalesce(answers_count, 0) <> coalesce(n, 0)`)
}

test('a posted review is readable as soon as it is acknowledged, with everything it came with', async () => {
  const [fit, length] = characteristicsOf(2)
  const body = 'Quotes "and" back\\slashes, {braces}, newlines\n, ümlauts, 中文 and 😀 all survive.'
  const posted = await reviews.post(
    review({
      body,
      photos: ['https://example.com/1.jpg', 'https://example.com/2.jpg?a="b"'],
      characteristics: { [String(fit)]: 5, [String(length)]: 1 },
    }),
  )
  expect(posted.status).toBe(201)
  const { review_id } = posted.body
  const list = await reviews.get('/reviews?product_id=2&sort=newest&count=1')
  expect(list.body.results[0]).toMatchObject({
    review_id,
    body,
    helpfulness: 0,
    response: null,
    photos: [{ url: 'https://example.com/1.jpg' }, { url: 'https://example.com/2.jpg?a="b"' }],
  })
  const answers = await reviews.sql(
    `select value from characteristic_reviews where review_id = $1 order by characteristic_id`,
    [review_id],
  )
  expect(answers).toEqual([{ value: 5 }, { value: 1 }])
  expect(await differences()).toEqual([])
})

test('a characteristic of another product is 422, and its neighbours in the same statement commit', async () => {
  const [mine] = characteristicsOf(5)
  const [other] = characteristicsOf(6)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      reviews.post(
        review({
          product_id: 5,
          photos: ['https://example.com/x.jpg'],
          characteristics: { [String(i % 4 === 0 ? other : mine)]: 3 },
        }),
      ),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(
    answers.map((_, i) => (i % 4 === 0 ? 422 : 201)),
  )
  expect(await reviews.sql('select count(*)::int as n from reviews where product_id = 5')).toEqual([
    { n: 30 },
  ])
  expect(await differences()).toEqual([])
})

test('figures equal a recount after many writers wrote to few products at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, i) => {
      const product_id = 1 + ((i * 7) % 20)
      return reviews.post(
        review({
          product_id,
          rating: 1 + (i % 5),
          recommend: i % 3 === 0,
          characteristics: Object.fromEntries(
            characteristicsOf(product_id).map((id, n) => [String(id), 1 + ((i + n) % 5)]),
          ),
        }),
        i % 2 === 0 ? { 'idempotency-key': `writer-${i}` } : {},
      )
    }),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(answers.map(({ body }) => body.review_id)).size).toBe(1_000)
  expect(await differences()).toEqual([])
})

test('the same key again gets the same answer and creates nothing', async () => {
  const key = { 'idempotency-key': 'again' }
  const first = await reviews.post(review({ product_id: 31 }), key)
  const second = await reviews.post(review({ product_id: 31 }), key)
  expect(second).toEqual(first)
  const rows = await reviews.sql('select count(*)::int as n from reviews where product_id = 31')
  expect(rows).toEqual([{ n: 1 }])
})

test('the same key with another body is 422', async () => {
  const key = { 'idempotency-key': 'another body' }
  await reviews.post(review({ product_id: 32 }), key)
  const { status } = await reviews.post(review({ product_id: 32, rating: 1 }), key)
  expect(status).toBe(422)
})

test('twenty requests with one key at once have one effect; the others are replays or 409', async () => {
  const key = { 'idempotency-key': 'at once' }
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => reviews.post(review({ product_id: 33 }), key)),
  )
  const created = answers.filter(({ status }) => status === 201)
  expect(created.length).toBeGreaterThan(0)
  expect(new Set(created.map(({ body }) => body.review_id)).size).toBe(1)
  expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([])
  const rows = await reviews.sql('select count(*)::int as n from reviews where product_id = 33')
  expect(rows).toEqual([{ n: 1 }])
})

test('while the first request with a key runs in another session, the second is 409', async () => {
  await reviews.sql('begin')
  await reviews.sql(`select pg_advisory_xact_lock(hashtextextended('held', 0))`)
  const { status } = await reviews.post(review({ product_id: 34 }), { 'idempotency-key': 'held' })
  await reviews.sql('commit')
  expect(status).toBe(409)
  const again = await reviews.post(review({ product_id: 34 }), { 'idempotency-key': 'held' })
  expect(again.status).toBe(201)
})

test('a key is forgotten after 24 hours', async () => {
  const key = { 'idempotency-key': 'yesterday' }
  const first = await reviews.post(review({ product_id: 35 }), key)
  await reviews.sql(
    `update idempotency_keys set created_at = now() - interval '25 hours' where key = 'yesterday'`,
  )
  const second = await reviews.post(review({ product_id: 35, rating: 1 }), key)
  expect(second.status).toBe(201)
  expect(second.body.review_id).not.toBe(first.body.review_id)
})

test('a refused review leaves its key unused', async () => {
  const key = { 'idempotency-key': 'refused' }
  const wrong = await reviews.post(review({ characteristics: { 999999: 3 } }), key)
  expect(wrong.status).toBe(422)
  expect((await reviews.post(review(), key)).status).toBe(201)
})

test.each<[string, Record<string, unknown>]>([
  ['no rating', { rating: undefined }],
  ['rating 0', { rating: 0 }],
  ['rating 6', { rating: 6 }],
  ['rating 4.5', { rating: 4.5 }],
  ['rating "5"', { rating: '5' }],
  ['a short body', { body: 'x'.repeat(49) }],
  ['a long body', { body: 'x'.repeat(1_001) }],
  ['a long summary', { summary: 'x'.repeat(61) }],
  ['a product id of 0', { product_id: 0 }],
  ['a product id beyond exact numbers', { product_id: 9_007_199_254_740_992 }],
  ['recommend "true"', { recommend: 'true' }],
  ['no name', { name: '' }],
  ['no e-mail', { email: 'nobody' }],
  ['six photos', { photos: Array(6).fill('https://example.com/1.jpg') }],
  ['a photo that is a script', { photos: ['javascript:alert(1)'] }],
  ['a characteristic that is no id', { characteristics: { Fit: 3 } }],
  ['an id with a leading zero', { characteristics: { '01': 3 } }],
  ['an answer of 6', { characteristics: { 1: 6 } }],
  ['a list of characteristics', { characteristics: [3] }],
  ['a NUL in a text', { body: 'x'.repeat(60) + '\0' }],
])('a review with %s is refused and nothing is written', async (_, changes) => {
  const { status, body } = await reviews.post(review({ product_id: 36, ...changes }))
  expect(status).toBe(400)
  expect(body).toMatchObject({ title: 'Bad request', error_id: expect.any(String) })
  expect(await reviews.sql('select 1 from reviews where product_id = 36')).toEqual([])
})

test('the limits of a review are settings', async () => {
  expect((await another.post(review({ body: 'Fine' }))).status).toBe(201)
  const photos = ['https://example.com/1.jpg', 'https://example.com/2.jpg']
  expect((await another.post(review({ photos }))).status).toBe(400)
})

test('a backslash before u0000 is text, not a NUL', async () => {
  const body = `${'x'.repeat(60)} \\u0000`
  expect((await reviews.post(review({ product_id: 37, body }))).status).toBe(201)
  const list = await reviews.get('/reviews?product_id=37')
  expect(list.body.results[0].body).toBe(body)
})

test('texts at their longest, in characters that take four bytes, are accepted', async () => {
  const posted = await reviews.post(
    review({ summary: '😀'.repeat(60), body: '😀'.repeat(1_000), name: '😀'.repeat(60) }),
  )
  expect(posted.status).toBe(201)
})
