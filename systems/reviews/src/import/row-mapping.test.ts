import { expect, test } from 'vitest'
import { mapRow, noIdsSeen } from './row-mapping.ts'

const review = [
  '7',
  '2',
  '5',
  '1596080481467',
  'Fine',
  'a\tb\\c\nd',
  '1',
  'false',
  'ada',
  'ada@example.com',
  'null',
  '3',
]

function changed(changes: Readonly<Record<number, string>>) {
  return review.map((field, at) => changes[at] ?? field)
}

test('a review becomes a line of COPY, with tabs, breaks and backslashes escaped', () => {
  expect(mapRow('reviews', review, noIdsSeen())).toEqual({
    copy: '7\t2\t5\t2020-07-30T03:41:21.467Z\tFine\ta\\tb\\\\c\\nd\ttrue\tfalse\tada\tada@example.com\t\\N\t3\tfalse',
  })
})

test('what was found is cut after a whole character, however many bytes it has', () => {
  const found = `${'x'.repeat(38)}${Buffer.from('🙂🙂').toString('latin1')}`
  expect(mapRow('reviews', changed({ 2: found }), noIdsSeen())).toEqual({
    reason: `rating: expected a whole number from 1 to 5, found "${'x'.repeat(38)}..."`,
  })
})

test('a review is marked when a photo points at it', () => {
  const seen = noIdsSeen()
  seen.reviewsWithPhotos.add(7)
  expect(mapRow('reviews', review, seen)).toEqual({ copy: expect.stringMatching(/\ttrue$/) })
})

test.each([
  [0, '0', 'id: expected a positive whole number, found "0"'],
  [1, 'x', 'product_id: expected a positive whole number, found "x"'],
  [2, '0', 'rating: expected a whole number from 1 to 5, found "0"'],
  [3, '', 'date: expected epoch milliseconds or an ISO date, found ""'],
  [6, 'maybe', 'recommend: expected true, false, 1 or 0, found "maybe"'],
  [7, '', 'reported: expected true, false, 1 or 0, found ""'],
  [11, '-1', 'helpfulness: expected a whole number from 0 to 2147483646, found "-1"'],
])('a review whose field %i is "%s" is refused', (at, value, reason) => {
  expect(mapRow('reviews', changed({ [at]: value }), noIdsSeen())).toEqual({ reason })
})

test('long texts and empty ones are structure enough', () => {
  const row = changed({ 4: '', 5: 'x'.repeat(5000), 8: '', 9: '' })
  expect(mapRow('reviews', row, noIdsSeen())).toHaveProperty('copy')
})

test('a row that refers to nothing is refused, and so is the second of two with one id', () => {
  const seen = noIdsSeen()
  mapRow('reviews', review, seen)
  mapRow('characteristics', ['4', '2', 'Fit'], seen)
  expect(mapRow('photos', ['1', '8', 'u'], seen)).toEqual({
    reason: 'review 8 does not exist or was itself rejected',
  })
  expect(mapRow('answers', ['1', '5', '7', '3'], seen)).toEqual({
    reason: 'characteristic 5 does not exist or was itself rejected',
  })
  expect(mapRow('answers', ['1', '4', '7', '3'], seen)).toEqual({ copy: '4\t7\t3' })
  expect(mapRow('answers', ['1', '4', '7', '3'], seen)).toEqual({
    reason: 'answer 1 was there already',
  })
  expect(mapRow('reviews', review, seen)).toEqual({ reason: 'review 7 was there already' })
})

test('a row that another one contradicts is refused and leaves no trace', () => {
  const seen = noIdsSeen()
  mapRow('reviews', review, seen)
  mapRow('characteristics', ['4', '2', 'Fit'], seen)
  mapRow('characteristics', ['5', '3', 'Fit'], seen)
  expect(mapRow('characteristics', ['6', '2', 'Fit'], seen)).toEqual({
    reason: 'product 2 has a characteristic of this name already',
  })
  expect(mapRow('characteristics', ['6', '2', 'Size'], seen)).toHaveProperty('copy')
  expect(mapRow('answers', ['1', '5', '7', '3'], seen)).toEqual({
    reason: 'characteristic 5 is of another product than review 7',
  })
  expect(mapRow('answers', ['1', '4', '7', '3'], seen)).toHaveProperty('copy')
  expect(mapRow('answers', ['2', '4', '7', '1'], seen)).toEqual({
    reason: 'review 7 has answered characteristic 4 already',
  })
  expect(mapRow('answers', ['2', '6', '7', '1'], seen)).toHaveProperty('copy')
})
