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

beforeAll(async () => {
  host = await startTestPostgres()
  reviews = await runReviews(host)
  await addCharacteristics(reviews, { product_id: 2, characteristics: { 14: 'Fit', 15: 'Length' } })
  await addCharacteristics(reviews, { product_id: 3, characteristics: { 16: 'Fit' } })
})
afterAll(async () => {
  await reviews[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

test('a product that nobody reviewed has zeros', async () => {
  expect(await reviews.get('/reviews/meta?product_id=3')).toEqual({
    status: 200,
    body: {
      product_id: '3',
      ratings: { 1: '0', 2: '0', 3: '0', 4: '0', 5: '0' },
      recommended: { false: '0', true: '0' },
      characteristics: { Fit: { id: 16, value: null } },
    },
  })
})

test('meta counts what was posted, reported reviews included', async () => {
  const ids: number[] = []
  for (const [rating, fit] of [
    [4, 3],
    [5, 4],
    [5, 4],
  ]) {
    const { body } = await reviews.post(
      review({ rating, recommend: rating === 5, characteristics: { 14: fit } }),
    )
    ids.push(body.review_id)
  }
  await reviews.put(`/reviews/${ids[0]}/report`)
  expect((await reviews.get('/reviews/meta?product_id=2')).body).toEqual({
    product_id: '2',
    ratings: { 1: '0', 2: '0', 3: '0', 4: '1', 5: '2' },
    recommended: { false: '1', true: '2' },
    characteristics: {
      Fit: { id: 14, value: '3.6666666666666667' },
      Length: { id: 15, value: null },
    },
  })
})

test.each(['', '?product_id=0', '?product_id=x', '?product_id=1&product_id=2'])(
  'the query "%s" is refused',
  async (query) => {
    expect((await reviews.get(`/reviews/meta${query}`)).status).toBe(400)
  },
)
