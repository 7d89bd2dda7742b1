import { expect, test } from 'vitest'

import { metaJson } from './meta-json.ts'

test('a product that nobody reviewed has zeros, and its characteristics have no value', () => {
  const counts = Array<string>(7).fill('0')
  expect(JSON.parse(metaJson(2, [...counts, '{14}', '["Fit"]', '{0}', '{0}']))).toEqual({
    product_id: '2',
    ratings: { 1: '0', 2: '0', 3: '0', 4: '0', 5: '0' },
    recommended: { false: '0', true: '0' },
    characteristics: { Fit: { id: 14, value: null } },
  })
})

test('counts are strings, averages have 16 decimals, names are escaped', () => {
  const counts = ['1', '0', '2', '0', '5', '3', '5']
  const names = JSON.stringify(['Fit', 'So "called" size'])
  expect(JSON.parse(metaJson(2, [...counts, '{14,15}', names, '{7,4}', '{2,1}']))).toEqual({
    product_id: '2',
    ratings: { 1: '1', 2: '0', 3: '2', 4: '0', 5: '5' },
    recommended: { false: '3', true: '5' },
    characteristics: {
      Fit: { id: 14, value: '3.5000000000000000' },
      'So "called" size': { id: 15, value: '4.0000000000000000' },
    },
  })
})

test.each([
  ['nothing is known', Array<null>(11).fill(null)],
  ['there are only ratings', ['1', '0', '0', '0', '0', '0', '1', '{}', '[]', '{}', '{}']],
])('a product of which %s has no characteristics', (_, figures) => {
  const { characteristics } = JSON.parse(metaJson(2, figures)) as { characteristics: object }
  expect(characteristics).toEqual({})
})
