import { expect, test } from 'vitest'
import { parseReviewMap } from './review-map.ts'

const whole = {
  product_id: { column: 'Product' },
  rating: { column: 'Stars' },
  date: { constant: '2020-02-29' },
  summary: { column: 'Title' },
  body: { column: 'Text' },
  recommend: { column: 'Recommended', true: '1' },
  reviewer_name: { constant: 'a customer' },
}

function faultsOf(changes: Readonly<Record<string, unknown>>): readonly string[] {
  const map = parseReviewMap('map.json', JSON.stringify({ ...whole, ...changes }))
  return 'faults' in map ? map.faults : []
}

test('what a map leaves out is filled: nothing reported, no response, not helpful, rows numbered', () => {
  expect(parseReviewMap('map.json', JSON.stringify(whole))).toEqual({
    name: 'map.json',
    separator: ',',
    rules: {
      ...whole,
      recommend: { column: 'Recommended', true: ['1'] },
      reported: { constant: 'false' },
      reviewer_email: { constant: '' },
      response: { constant: '' },
      helpfulness: { constant: '0' },
    },
  })
})

test.each([
  [{ stars: { column: 'x' } }, /^stars: expected one of id, product_id, rating/],
  [{ body: undefined }, /^body: expected a column or a constant, found nothing/],
  [{ body: 'Text' }, /^body: expected { "column": … } or { "constant": … }, found "Text"/],
  [{ body: { column: 'a', constant: 'b' } }, /^body: expected { "column": … } or/],
  [{ body: { column: 7 } }, /^body: column: expected a text, found 7/],
  [{ body: { column: 'a', add: 1 } }, /^body: expected no other members than .*, found add/],
  [{ product_id: { column: 'a', add: 0.5 } }, /^product_id: add: expected a whole number/],
  [{ rating: { constant: 6 } }, /^rating: constant: rating: expected a whole number from 1 to 5/],
  [{ rating: { constant: [5] } }, /^rating: constant: expected a text, a number, true or false/],
  [{ date: { constant: 'soon' } }, /^date: constant: date: expected epoch milliseconds/],
  [{ date: { column: 'a', format: 'DD.MM' } }, /^date: format: expected a pattern such as/],
  [{ id: { constant: 1 } }, /^id: a constant would be the same id for all/],
  [{ recommend: { column: 'a', true: [1] } }, /^recommend: true: expected a text, or a list/],
  [{ body: { constant: 'a\0' } }, /^body: constant: expected a text without NUL/],
  [{ body: { column: 'a', when_empty: '\0' } }, /^body: when_empty: expected a text without NUL/],
  [{ separator: '::' }, /^separator: expected .*, found "::"/],
])('%j is refused with what was expected', (changes, fault) => {
  expect(faultsOf(changes)).toEqual([expect.stringMatching(fault)])
})

test('all faults are said at once', () => {
  expect(faultsOf({ body: 1, rating: 2, stars: 3 })).toHaveLength(3)
})

test.each(['', '{', '[]', 'null', '"x"'])('%j is no map', (text) => {
  expect(parseReviewMap('map.json', text)).toHaveProperty('faults.length', 1)
})
