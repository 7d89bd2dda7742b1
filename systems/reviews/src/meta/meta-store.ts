// What is known of a product without reading its reviews: the figures that each write keeps.

import {
  plainArray,
  statement,
  type Coalescer,
  type LaneOptions,
  type Rows,
} from '@plimsoll/service'

import { metaJson } from './meta-json.ts'

const readMeta = statement(
  'read_meta',
  `select wanted.position, c.id, c.name, c.answers_sum, c.answers_count,
     p.rating_1, p.rating_2, p.rating_3, p.rating_4, p.rating_5,
     p.recommended_false, p.recommended_true
   from unnest($1::bigint[]) with ordinality as wanted (product_id, position)
   left join product_ratings p on p.product_id = wanted.product_id
   left join characteristics c on c.product_id = wanted.product_id`,
)

const lane: LaneOptions<number, string> = {
  statement: readMeta,
  kind: 'read',
  bytes: () => 16,
  bind: (products) => [plainArray(products)],
  answers: (rows, products) => {
    const perProduct: Rows[number][][] = products.map(() => [])
    for (const row of rows) perProduct[Number(row[0]) - 1]?.push(row)
    return products.map((product, i) => metaJson(product, perProduct[i] ?? []))
  },
}

/** Opens the lane of meta; the function resolves to the answer as JSON text. */
export function openMeta(coalescer: Coalescer): (product: number) => Promise<string> {
  return coalescer.lane(lane)
}
