import { expect, test } from 'vitest'

import { metaJson } from './meta-json.ts'

const none = Array<null>(7).fill(null)

test('a product that nobody reviewed has zeros, and its characteristics have no value', () => {
  expect(JSON.parse(metaJson(2, [['1', '14', 'Fit', '0', '0', ...none]]))).toEqual({
    product_id: '2',
    ratings: { 1: '0', 2: '0', 3: '0', 4: '0', 5: '0' },
    recommended: { false: '0', true: '0' },
    characteristics: { Fit: { id: 14, value: null } },
  })
})

test('counts are strings, averages have 16 decimals, names are escaped', () => {
  const counts = ['1', '0', '2', '0', '5', '3', '5']
  const rows = [
    ['1', '14', 'Fit', '7', '2', ...counts],
    ['1', '15', 'So "called" size', '4', '1', ...counts],
  ]
  expect(JSON.parse(metaJson(2, rows))).toEqual({
    product_id: '2',
    ratings: { 1: '1', 2: '0', 3: '2', 4: '0', 5: '5' },
    recommended: { false: '3', true: '5' },
    characteristics: {
      Fit: { id: 14, value: '3.5000000000000000' },
      'So "called" size': { id: 15, value: '4.0000000000000000' },
    },
  })
})

test('a product of which nothing is known has no characteristics', () => {
  const { characteristics } = JSON.parse(metaJson(2, [['1', null, null, null, null, ...none]]))
  expect(characteristics).toEqual({})
})
