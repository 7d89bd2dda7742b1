import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { review, runReviews, type RunningReviews } from '../../test/running-reviews.ts'

let host: PostgresHost
let reviews: RunningReviews

beforeAll(async () => {
  host = await startTestPostgres()
  reviews = await runReviews(host)
  // Product 7: 40 reviews, some of the same date, every eighth reported.
  await reviews.sql(`
    insert into reviews (product_id, date, helpfulness, rating, recommend, reported, has_photos,
      summary, body, response, reviewer_name, reviewer_email)
    select 7, timestamptz '2026-01-01' + (i / 3) * interval '1 day', i % 5, 1 + i % 5, i % 2 = 0,
      i % 8 = 0, i % 4 = 0, 'Summary ' || i, 'Body ' || i, case when i = 39 then 'Thanks' end,
      'Name', 'secret@example.com'
    from generate_series(1, 40) i`)
  await reviews.sql(`
    insert into photos (review_id, url)
    select id, 'https://example.com/' || id || '/' || n from reviews, generate_series(1, 2) n
    where has_photos`)
})
afterAll(async () => {
  await reviews[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

const order = {
  newest: 'date desc, id desc',
  helpful: 'helpfulness desc, date desc, id desc',
  relevant: 'relevance desc, date desc, id desc',
}

async function idsInOrder(sort: keyof typeof order): Promise<number[]> {
  const rows = await reviews.sql(
    `select id::int from reviews where product_id = 7 and not reported order by ${order[sort]}`,
  )
  return rows.map(({ id }) => Number(id))
}

interface Page {
  readonly results: readonly { review_id: number }[]
  readonly next_cursor: string | null
}

const idsOf = ({ results }: Page) => results.map(({ review_id }) => review_id)

for (const sort of ['newest', 'helpful', 'relevant'] as const) {
  test(`${sort}: pages and cursors both show every review once, in order`, async () => {
    const expected = await idsInOrder(sort)
    const byPage: number[] = []
    for (let page = 1; page <= 8; page++) {
      const { body } = await reviews.get(`/reviews?product_id=7&sort=${sort}&page=${page}`)
      expect(body).toMatchObject({ product: '7', page, count: 5 })
      byPage.push(...idsOf(body))
    }
    expect(byPage).toEqual(expected)
    const byCursor: number[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await reviews.get(`/reviews?product_id=7&sort=${sort}&count=3${after}`)
      byCursor.push(...idsOf(body))
      cursor = (body as Page).next_cursor
    }
    expect(byCursor).toEqual(expected)
  })
}

test('without sort the list is the most relevant, five of them', async () => {
  const { body } = await reviews.get('/reviews?product_id=7')
  expect(idsOf(body)).toEqual((await idsInOrder('relevant')).slice(0, 5))
})

test('a page shows the whole review with its photos, and never the e-mail', async () => {
  const { body } = await reviews.get('/reviews?product_id=7&sort=newest&count=100')
  const first = body.results.find((one: { summary: string }) => one.summary === 'Summary 36')
  expect(first).toEqual({
    review_id: 36,
    rating: 2,
    summary: 'Summary 36',
    recommend: true,
    response: null,
    body: 'Body 36',
    date: '2026-01-13T00:00:00.000Z',
    reviewer_name: 'Name',
    helpfulness: 1,
    photos: [
      { id: expect.any(Number), url: 'https://example.com/36/1' },
      { id: expect.any(Number), url: 'https://example.com/36/2' },
    ],
  })
  expect(JSON.stringify(body)).not.toContain('secret@example.com')
  expect(body.results.find((one: { response: unknown }) => one.response !== null).response).toBe(
    'Thanks',
  )
})

test('a product without reviews has an empty list', async () => {
  expect((await reviews.get('/reviews?product_id=9007199254740991')).body).toEqual({
    product: '9007199254740991',
    page: 1,
    count: 5,
    results: [],
    next_cursor: null,
  })
})

test('a page deeper than 10,000 rows is refused and points at the cursor', async () => {
  expect((await reviews.get('/reviews?product_id=7&count=100&page=100')).status).toBe(200)
  const { status, body } = await reviews.get('/reviews?product_id=7&count=100&page=101')
  expect(status).toBe(400)
  expect(body.detail).toContain('next_cursor')
})

test('many different pages asked at once are each answered with their own', async () => {
  await reviews.post(review({ product_id: 8 }))
  const asked = Array.from({ length: 200 }, (_, i) => ({
    product: 6 + (i % 3),
    sort: (['newest', 'helpful', 'relevant'] as const)[i % 3] ?? 'newest',
    count: 1 + (i % 30),
  }))
  const answers = await Promise.all(
    asked.map(({ product, sort, count }) =>
      reviews.get(`/reviews?product_id=${product}&sort=${sort}&count=${count}`),
    ),
  )
  for (const [i, { product, sort, count }] of asked.entries()) {
    expect(answers[i]?.body).toMatchObject({ product: String(product), count })
    const all = product === 7 ? await idsInOrder(sort) : idsOf(answers[i]?.body)
    expect(idsOf(answers[i]?.body)).toEqual(all.slice(0, count))
  }
})

test.each([
  'product_id=0',
  'product_id=-1',
  'product_id=1.5',
  'product_id=abc',
  'product_id=',
  '',
  'product_id=9007199254740993',
  'product_id=7&product_id=8',
  'product_id=7&sort=oldest',
  'product_id=7&sort=newest;drop%20table%20reviews',
  'product_id=7&sort=date%20desc',
  'product_id=7&sort=newest&sort=newest',
  'product_id=7&count=0',
  'product_id=7&count=101',
  'product_id=7&count=1e9',
  'product_id=7&page=0',
  'product_id=7&page=99999999999999999999',
  'product_id=7&cursor=bm90IGEgY3Vyc29y',
  "product_id=7&cursor='%20or%201=1--",
  `product_id=7&cursor=${'A'.repeat(5_000)}`,
  'product_id=7&cursor=%00',
])('the query "%s" is refused as malformed', async (query) => {
  const { status, body } = await reviews.get(`/reviews?${query}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ status: 400, error_id: expect.any(String) })
})
