// A body of many records, as a JSON array or as lines of JSON, into one value or fault per record. One bad line
// does not touch its neighbours. Of more than `most` records one more than that is returned, and no further one is read.

import { badRequest } from '@plimsoll/service'

/** A record of a body: parsed, or not parsable. `index` is its place in the array, or its line from 0. */
export type BodyItem =
  | { readonly index: number; readonly value: unknown }
  | { readonly index: number; readonly fault: string }

/** Throws a 400 when the body is not an array. */
export function splitArray(body: Buffer, most: number): BodyItem[] {
  let values: unknown
  try {
    values = JSON.parse(body.toString())
  } catch {
    throw badRequest('body: expected a JSON array, or one JSON object per line as NDJSON.')
  }
  if (!Array.isArray(values)) throw badRequest('body: expected a JSON array of records.')
  return values.slice(0, most + 1).map((value: unknown, index) => ({ index, value }))
}

/** Blank lines are skipped, and counted as lines. */
export function splitLines(body: Buffer, most: number): BodyItem[] {
  const items: BodyItem[] = []
  for (const [index, line] of body.toString().split('\n').entries()) {
    if (line.trim() === '') continue
    if (items.length > most) break
    try {
      items.push({ index, value: JSON.parse(line) })
    } catch {
      items.push({ index, fault: 'expected one JSON object' })
    }
  }
  return items
}
