// Correctness before speed: pages and figures are those that plain SQL gives.

import assert from 'node:assert/strict'
import type { DataSet } from './data-set.ts'
import type { Read } from './reader.ts'

const orders = {
  newest: 'date desc, id desc',
  helpful: 'helpfulness desc, date desc, id desc',
  relevant: 'relevance desc, date desc, id desc',
} as const

interface List {
  readonly results: readonly { readonly review_id: number }[]
}

interface Meta {
  readonly ratings: Readonly<Record<string, string>>
}

/** Throws at the first product whose answers are not those of its reviews. */
export async function checkReads(
  { query }: DataSet,
  read: Read,
  products: readonly number[],
): Promise<void> {
  for (const product of products) {
    for (const sort of ['newest', 'helpful', 'relevant'] as const) {
      const wanted = await query<{ id: string }>(
        `select id from reviews where product_id = $1 and not reported order by ${orders[sort]} limit 5`,
        [product],
      )
      const { results } = JSON.parse(await read(sort, product)) as List
      const found = results.map(({ review_id }) => review_id)
      const ids = wanted.map(({ id }) => Number(id))
      assert.deepEqual(found, ids, `${sort} of product ${product}`)
    }
    const { ratings } = JSON.parse(await read('meta', product)) as Meta
    const stored = Object.values(ratings).reduce((sum, count) => sum + Number(count), 0)
    const [counted] = await query<{ visible: number; all: number }>(
      `select (select count(*)::int4 from reviews where product_id = $1 and not reported) as visible,
         (select sum(rating_1 + rating_2 + rating_3 + rating_4 + rating_5)::int4
          from product_figures where product_id = $1) as all`,
      [product],
    )
    assert.equal(stored, counted?.all ?? 0, `meta of product ${product}`)
    assert.ok(stored >= (counted?.visible ?? 0), `meta of product ${product} is behind its list`)
  }
}
