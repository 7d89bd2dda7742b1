import { startTestPostgres, type PostgresHost } from '@plimsoll/stores'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { review, runReviews, serviceOn, type RunningReviews } from '../../test/running-reviews.ts'

let host: PostgresHost
let reviews: RunningReviews

beforeAll(async () => {
  host = await startTestPostgres()
  reviews = await runReviews(host)
})
afterAll(async () => {
  await reviews[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

async function posted(product_id: number): Promise<number> {
  return (await reviews.post(review({ product_id }))).body.review_id
}

async function helpfulnessOf(id: number): Promise<unknown> {
  const [row] = await reviews.sql('select helpfulness from reviews where id = $1', [id])
  return row?.helpfulness
}

test('a voter counts once, however often and however fast', async () => {
  const id = await posted(2)
  const votes = Array.from({ length: 60 }, (_, i) =>
    reviews.put(`/reviews/${id}/helpful`, { 'voter-key': `voter ${i % 3}` }),
  )
  expect((await Promise.all(votes)).every(({ status }) => status === 204)).toBe(true)
  expect(await helpfulnessOf(id)).toBe(3)
})

test('without a voter every call counts', async () => {
  const id = await posted(2)
  await Promise.all(Array.from({ length: 50 }, () => reviews.put(`/reviews/${id}/helpful`)))
  expect(await helpfulnessOf(id)).toBe(50)
})

test('a review that is as helpful as can be stays so, and no vote on it fails', async () => {
  const [id, other] = [await posted(2), await posted(2)]
  await reviews.sql('update reviews set helpfulness = 2147483645 where id = $1', [id])
  const votes = [id, other, id, other, id].map((one) => reviews.put(`/reviews/${one}/helpful`))
  expect((await Promise.all(votes)).map(({ status }) => status)).toEqual(Array(5).fill(204))
  expect([await helpfulnessOf(id), await helpfulnessOf(other)]).toEqual([2_147_483_646, 2])
})

test('votes on many reviews at once all count', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, () => posted(3)))
  await Promise.all(
    Array.from({ length: 300 }, (_, i) => reviews.put(`/reviews/${ids[(i * 7) % 10]}/helpful`)),
  )
  for (const id of ids) expect(await helpfulnessOf(id)).toBe(30)
})

test('votes counted by two services at once all count', async () => {
  await using other = await serviceOn(reviews.database.url)
  const id = await posted(7)
  const sent = Array.from({ length: 400 }, async (_, i) => {
    const url = i % 2 === 0 ? reviews.url : other.url
    return await fetch(`${url}/reviews/${id}/helpful`, { method: 'PUT' })
  })
  await Promise.all(sent)
  expect(await helpfulnessOf(id)).toBe(400)
})

test('a vote makes a review more relevant by the formula', async () => {
  const id = await posted(4)
  for (let i = 0; i < 3; i++) await reviews.put(`/reviews/${id}/helpful`)
  const [row] = await reviews.sql(
    `select relevance, extract(epoch from date - '2000-01-01Z')::float8 / 86400 / 90 as days
     from reviews where id = $1`,
    [id],
  )
  expect(Number(row?.relevance)).toBeCloseTo(2 + Number(row?.days), 9)
})

test('a reported review is in no list any more', async () => {
  const id = await posted(5)
  const other = await posted(5)
  expect((await reviews.put(`/reviews/${id}/report`, { 'voter-key': 'someone' })).status).toBe(204)
  expect((await reviews.put(`/reviews/${id}/report`, { 'voter-key': 'someone' })).status).toBe(204)
  for (const sort of ['newest', 'helpful', 'relevant']) {
    const { body } = await reviews.get(`/reviews?product_id=5&sort=${sort}`)
    expect(body.results.map((one: { review_id: number }) => one.review_id)).toEqual([other])
  }
})

test('a review that is not there is 404, an id that is none is 400', async () => {
  for (const kind of ['helpful', 'report']) {
    expect((await reviews.put(`/reviews/999999/${kind}`)).status).toBe(404)
    for (const id of ['0', '-1', 'x', '1.5', "1'--", '9007199254740993', '%00']) {
      expect((await reviews.put(`/reviews/${id}/${kind}`)).status).toBe(400)
    }
  }
})

test('a voter has 1 to 255 characters', async () => {
  const id = await posted(6)
  const vote = (key: string) => reviews.put(`/reviews/${id}/helpful`, { 'voter-key': key })
  expect((await vote('x'.repeat(255))).status).toBe(204)
  expect((await vote('x'.repeat(256))).status).toBe(400)
  expect((await vote('')).status).toBe(400)
})
