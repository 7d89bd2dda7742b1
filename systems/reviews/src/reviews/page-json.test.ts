import { expect, test } from 'vitest'

import { placeOf, start } from './cursor.ts'
import { isoDate, pageJson } from './page-json.ts'

const request = {
  product_id: 2,
  sort: 'relevant',
  page: 1,
  count: 2,
  after: start.relevant,
  skip: 0,
} as const

const plain = ['1', '7', '4', 'Fine', 't', null, 'It fits', '2026-11-20 17:46:27.5+00', 'Ann', '3']
const row = [...plain, null, '110.5']

test('a product without reviews has an empty page', () => {
  expect(JSON.parse(pageJson(request, []))).toEqual({
    product: '2',
    page: 1,
    count: 2,
    results: [],
    next_cursor: null,
  })
})

test('a review has the members of the contract and nothing else', () => {
  expect(JSON.parse(pageJson(request, [row])).results).toEqual([
    {
      review_id: 7,
      rating: 4,
      summary: 'Fine',
      recommend: true,
      response: null,
      body: 'It fits',
      date: '2026-11-20T17:46:27.500Z',
      reviewer_name: 'Ann',
      helpfulness: 3,
      photos: [],
    },
  ])
})

test('texts that would break out of JSON stay inside their string', () => {
  const text = 'say "hi"\\\n\u2028</script>'
  const hostile = row.map((value, i) => (i === 3 || i === 6 || i === 8 ? text : value))
  expect(JSON.parse(pageJson(request, [hostile])).results[0]).toMatchObject({
    summary: text,
    body: text,
    reviewer_name: text,
  })
})

test('a full page names the place of its last review', () => {
  const { next_cursor } = JSON.parse(pageJson(request, [row, row]))
  expect(placeOf('relevant', next_cursor)).toEqual({
    key: '110.5',
    date: '2026-11-20T17:46:27.500Z',
    id: '7',
  })
})

test.each([
  ['2026-11-20 17:46:27+00', '2026-11-20T17:46:27.000Z'],
  ['2026-11-20 17:46:27.46+00', '2026-11-20T17:46:27.460Z'],
  ['0999-01-02 00:00:00.001+00', '0999-01-02T00:00:00.001Z'],
])('%s is %s', (text, expected) => {
  expect(isoDate(text)).toBe(expected)
})
