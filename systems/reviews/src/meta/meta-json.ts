// The answer of `GET /reviews/meta` as JSON text. Counts are strings, as in the public service.

import type { Rows } from '@plimsoll/service'

import { quotient } from './quotient.ts'

/**
 * One row per characteristic, or one row without: its id, name, sum and count of answers, then the counts
 * of ratings and recommendations, all null when nobody has reviewed the product.
 */
export function metaJson(product: number, rows: Rows): string {
  const [first = []] = rows
  const count = (column: number) => `"${first[column] ?? '0'}"`
  let characteristics = ''
  for (const [, id, name, sum, answers] of rows) {
    if (id === null || id === undefined) continue
    const value = quotient(Number(sum), Number(answers))
    characteristics +=
      (characteristics === '' ? '' : ',') +
      `${JSON.stringify(name)}:{"id":${id},"value":${value === null ? 'null' : `"${value}"`}}`
  }
  return (
    `{"product_id":"${product}",` +
    `"ratings":{"1":${count(5)},"2":${count(6)},"3":${count(7)},"4":${count(8)},"5":${count(9)}},` +
    `"recommended":{"false":${count(10)},"true":${count(11)}},` +
    `"characteristics":{${characteristics}}}`
  )
}
