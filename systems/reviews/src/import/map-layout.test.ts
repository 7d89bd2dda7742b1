import { expect, test } from 'vitest'
import { toBytes } from './byte-text.ts'
import { mapLayout } from './map-layout.ts'
import { parseReviewMap } from './review-map.ts'

test('a column is found whatever the last byte of its name: that of à alone would be a space', () => {
  const map = parseReviewMap(
    'map.json',
    JSON.stringify({
      product_id: { column: 'Città' },
      rating: { column: 'Qualità' },
      date: { constant: '2020-02-29' },
      summary: { constant: '' },
      body: { constant: '' },
      recommend: { constant: true },
      reviewer_name: { constant: '' },
    }),
  )
  if ('faults' in map) throw new Error(map.faults.join())
  const header = ['Qualità', ' Città '].map(toBytes)
  const layout = mapLayout(map, { path: 'export.csv', header })
  expect(layout.width).toBe(2)
  expect(layout.arrange(['5', '7'], 1)).toEqual(
    expect.arrayContaining(['1', '7', '5', '2020-02-29', 'true']),
  )
})
