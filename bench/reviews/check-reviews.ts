// Correctness before speed: the calls answer what the contract says, and a written review is there.

import assert from 'node:assert/strict'
import { products } from '../../systems/reviews/workload.ts'
import { body } from './bench-workload.ts'

interface List {
  readonly results: readonly { readonly review_id: number; readonly body: string }[]
}

interface Meta {
  readonly ratings: Readonly<Record<string, string>>
}

/** Mean bytes of a list and of a meta over a sample of products. Throws when an answer is wrong. */
export async function checkReviews(url: string): Promise<{ list: number; meta: number }> {
  const product_id = 2
  const before = await getJson<Meta>(`${url}/reviews/meta?product_id=${product_id}`)
  const review = {
    product_id,
    rating: 3,
    summary: 'Good',
    body,
    recommend: true,
    name: 'bench',
    email: 'bench@example.com',
    photos: [],
    characteristics: {},
  }
  const posted = await fetch(`${url}/reviews`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(review),
  })
  assert.equal(posted.status, 201)
  const { review_id } = (await posted.json()) as { review_id: number }
  const list = await getJson<List>(`${url}/reviews?product_id=${product_id}&sort=newest&count=1`)
  assert.deepEqual(
    list.results.map((one) => [one.review_id, one.body]),
    [[review_id, body]],
  )
  const after = await getJson<Meta>(`${url}/reviews/meta?product_id=${product_id}`)
  assert.equal(Number(after.ratings['3'] ?? 0), Number(before.ratings['3'] ?? 0) + 1)
  return { list: await meanBytes(`${url}/reviews`), meta: await meanBytes(`${url}/reviews/meta`) }
}

async function meanBytes(address: string): Promise<number> {
  const sample = 200
  let bytes = 0
  for (let n = 0; n < sample; n += 1) {
    const id = 1 + Math.floor((n * products) / sample)
    bytes += (await (await fetch(`${address}?product_id=${id}`)).text()).length
  }
  return Math.round(bytes / sample)
}

async function getJson<T>(address: string): Promise<T> {
  const answer = await fetch(address)
  assert.equal(answer.status, 200, address)
  return (await answer.json()) as T
}
