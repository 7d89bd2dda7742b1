// The answer of `GET /reviews/meta` as JSON text. Counts are strings, as in the public service.

import type { Rows } from '@plimsoll/service'

import { quotient } from './quotient.ts'

/**
 * One row per characteristic, or one row without: its id, name, sum and count of answers, then the counts
 * of ratings and recommendations, all null when nobody has reviewed the product.
 */
export function metaJson(product: number, rows: Rows): string {
  const [first = []] = rows
  const count = (column: number) => first[column] ?? '0'
  // From entries, because a characteristic may be called __proto__.
  const characteristics = Object.fromEntries(
    rows
      .filter(([, id]) => id !== null)
      .map(([, id, name, sum, answers]) => [
        name,
        { id: Number(id), value: quotient(Number(sum), Number(answers)) },
      ]),
  )
  return JSON.stringify({
    product_id: String(product),
    ratings: { 1: count(5), 2: count(6), 3: count(7), 4: count(8), 5: count(9) },
    recommended: { false: count(10), true: count(11) },
    characteristics,
  })
}
