import { expect, test } from 'vitest'
import { Questions } from './questions.ts'

/** Reviews 1 and 2 of product 1, review 3 of product 2. */
function asked() {
  const questions = new Questions()
  questions.addReview({ id: 1, product: 1 })
  questions.addReview({ id: 2, product: 1 })
  questions.addReview({ id: 3, product: 2 })
  return questions
}

test('a product has one characteristic of a name, wherever its rows stand', () => {
  const questions = asked()
  expect(questions.add({ id: 1, product: 1, name: 'Fit' })).toBe(undefined)
  expect(questions.add({ id: 2, product: 2, name: 'Fit' })).toBe(undefined)
  expect(questions.add({ id: 3, product: 1, name: 'fit' })).toBe(undefined)
  expect(questions.add({ id: 4, product: 1, name: 'Fit' })).toBe(
    'product 1 has a characteristic of this name already',
  )
})

test('a review answers the characteristics of its own product, each once', () => {
  const questions = asked()
  questions.add({ id: 10, product: 1, name: 'Fit' })
  questions.add({ id: 20, product: 2, name: 'Fit' })
  questions.add({ id: 11, product: 1, name: 'Length' })
  questions.close()
  for (const review of [1, 2]) {
    for (const characteristic of [11, 10]) {
      expect(questions.answer({ characteristic, review })).toBe(undefined)
    }
  }
  expect(questions.answer({ characteristic: 20, review: 3 })).toBe(undefined)
  expect(questions.answer({ characteristic: 20, review: 1 })).toBe(
    'characteristic 20 is of another product than review 1',
  )
  expect(questions.answer({ characteristic: 11, review: 2 })).toBe(
    'review 2 has answered characteristic 11 already',
  )
})

test('a product has a hundred characteristics at most, and there are ten thousand names', () => {
  const questions = new Questions()
  const added = (n: number, product: number) =>
    questions.add({ id: n, product, name: `name ${n}` }) === undefined
  const hundred = Array.from({ length: 100 }, (_, n) => added(n + 1, 1))
  expect(hundred.filter((is) => is)).toHaveLength(100)
  expect(questions.add({ id: 101, product: 1, name: 'one more' })).toBe(
    'product 1 has 100 characteristics already',
  )
  const others = Array.from({ length: 9_900 }, (_, n) => added(n + 101, n + 101))
  expect(others.filter((is) => is)).toHaveLength(9_900)
  expect(questions.add({ id: 10_001, product: 2, name: 'one more' })).toBe(
    'there are characteristics of 10000 different names already',
  )
  expect(questions.add({ id: 10_002, product: 2, name: 'name 7' })).toBe(undefined)
})
