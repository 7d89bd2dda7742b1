// The answer of `GET /reviews/meta` as JSON text. Counts are strings, as in the public service.

import type { Rows } from '@plimsoll/service'

import { quotient } from './quotient.ts'

/**
 * From a product's figures, all null when nothing is known of it: five counts of ratings, two of recommendations, then
 * the ids of its characteristics, their names as JSON, and the sums and counts of their answers.
 */
export function metaJson(product: number, figures: Rows[number]): string {
  const count = (column: number) => figures[column] ?? '0'
  const ids = numbersIn(figures[7])
  const names = JSON.parse(figures[8] ?? '[]') as string[]
  const sums = numbersIn(figures[9])
  const counts = numbersIn(figures[10])
  // From entries, because a characteristic may be called __proto__.
  const characteristics = Object.fromEntries(
    names.map((name, i) => [name, { id: ids[i], value: quotient(sums[i] ?? 0, counts[i] ?? 0) }]),
  )
  return JSON.stringify({
    product_id: String(product),
    ratings: { 1: count(0), 2: count(1), 3: count(2), 4: count(3), 5: count(4) },
    recommended: { false: count(5), true: count(6) },
    characteristics,
  })
}

/** Of an array as PostgreSQL writes it, `{1,2}`. */
function numbersIn(array: string | null | undefined): number[] {
  const inside = array?.slice(1, -1) ?? ''
  return inside === '' ? [] : inside.split(',').map(Number)
}
