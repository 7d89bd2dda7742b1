// What is known of a product without reading its reviews: the figures that each write keeps.

import { plainArray, statement, type Coalescer, type LaneOptions } from '@plimsoll/service'

import { metaJson } from './meta-json.ts'

const readMeta = statement(
  'read_meta',
  `select wanted.position, p.rating_1, p.rating_2, p.rating_3, p.rating_4, p.rating_5,
     p.recommended_false, p.recommended_true, p.characteristic_ids,
     to_json(p.characteristic_names), p.answer_sums, p.answer_counts
   from unnest($1::bigint[]) with ordinality as wanted (product_id, position)
   left join lateral (
     select * from product_figures where product_id = wanted.product_id limit 1
   ) as p on true`,
)

const lane: LaneOptions<number, string> = {
  statement: readMeta,
  kind: 'read',
  bytes: () => 16,
  bind: (products) => [plainArray(products)],
  answers: (rows, products) => {
    const byPosition = new Map(rows.map(([position, ...figures]) => [Number(position), figures]))
    return products.map((product, i) => metaJson(product, byPosition.get(i + 1) ?? []))
  },
}

/** Opens the lane of meta; the function resolves to the answer as JSON text. */
export function openMeta(coalescer: Coalescer): (product: number) => Promise<string> {
  return coalescer.lane(lane)
}
