import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { csvFiles } from '../import/files.ts'
import { reviewCounts, totalReviews } from './popularity.ts'
import { tableRows } from './products.ts'
import { csvText } from './write-files.ts'
import type { DataSetOptions } from './products.ts'

/** Of the four files, one after the other. */
function hash(options: DataSetOptions): string {
  const hash = createHash('sha256')
  for (const file of csvFiles) for (const text of csvText(file, options)) hash.update(text)
  return hash.digest('hex').slice(0, 16)
}

const options = { products: 20_000, seed: 1 }
const reviews = [...tableRows('reviews', options)]
const characteristics = [...tableRows('characteristics', options)]
const photos = [...tableRows('photos', options)]
const answers = [...tableRows('answers', options)]
const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

test.each([
  { products: 1, seed: 1, expected: '301c61d22318ebf1' },
  { products: 300, seed: 0, expected: '6332069d5b94627f' },
  { products: 300, seed: 1, expected: 'd41f1e0d269a248d' },
  { products: 300, seed: 2, expected: '09e75122098a8083' },
  { products: 300, seed: 4_294_967_295, expected: '11b8bc531c9edf90' },
  { products: 5_000, seed: 1, expected: '2763900ab56d8c57' },
])(
  '$products products from seed $seed are the same bytes, today and on every machine',
  ({ expected, ...options }) => {
    expect(hash(options)).toBe(expected)
  },
)

test('the averages are those of the public data set', () => {
  expect(reviews).toHaveLength(totalReviews(options.products))
  expect(Math.abs(reviews.length / options.products - 5.8)).toBeLessThan(0.05)
  expect(Math.abs(characteristics.length / options.products - 3.35)).toBeLessThan(0.05)
  expect(Math.abs(photos.length / reviews.length - 0.47)).toBeLessThan(0.02)
  expect(Math.abs(answers.length / reviews.length - 3.35)).toBeLessThan(0.05)
})

test('most products have few reviews, a quarter none, some more than 50', () => {
  const count = reviewCounts(20_000)
  const counts = Array.from({ length: 20_000 }, (_, at) => count(at + 1))
  const share = (is: (reviews: number) => boolean) => counts.filter(is).length / counts.length
  expect(share((reviews) => reviews === 0)).toBeCloseTo(0.255, 2)
  expect(share((reviews) => reviews <= 5)).toBeGreaterThan(0.7)
  expect(share((reviews) => reviews > 50)).toBeCloseTo(0.012, 2)
  expect(Math.max(...counts)).toBeGreaterThan(1_000)
})

test('every number of products gives each product a count, from one on', () => {
  for (const products of [1, 2, 3, 7, 100, 144, 1_000]) {
    const count = reviewCounts(products)
    const counts = Array.from({ length: products }, (_, at) => count(at + 1))
    expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true)
    // The ranks are a permutation: sorted, the counts are those of ranks 1, 2, 3 …
    const byRank = counts.map((_, at) => Math.floor(6.29 * (Math.sqrt(products / (at + 0.5)) - 1)))
    expect(counts.toSorted((a, b) => b - a)).toEqual(byRank)
  }
})

test('bodies are 50 to 1,000 characters and a page answers about 2 KB, over all products', () => {
  const lengths = reviews.map(([, , , , , body = '']) => body.length)
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(50)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1_000)
  // Member names, punctuation and photos of one review come to about 220 characters.
  const others = reviews.map(
    ([id = '', , , , summary = '', , , , name = '', , response = '']) =>
      `${id}${summary}${name}${response}`.length,
  )
  const count = reviewCounts(options.products)
  const onPage = Array.from({ length: options.products }, (_, at) => Math.min(5, count(at + 1)))
  const page = meanOf(onPage) * (220 + meanOf(lengths) + meanOf(others))
  expect(page).toBeGreaterThan(1_700)
  expect(page).toBeLessThan(2_300)
})

test('what is recommended was rated well, some reviews are reported, some were answered', () => {
  const share = (rows: readonly string[][], is: (row: string[]) => boolean) =>
    rows.filter(is).length / rows.length
  const rated = (rating: string) => reviews.filter((row) => row[2] === rating)
  expect(share(rated('5'), (row) => row[6] === 'true')).toBeGreaterThan(0.9)
  expect(share(rated('1'), (row) => row[6] === 'true')).toBeLessThan(0.1)
  expect(share(reviews, (row) => row[7] === 'true')).toBeCloseTo(0.01, 2)
  expect(share(reviews, (row) => row[10] !== 'null')).toBeCloseTo(0.07, 1)
})

test('every review answers all characteristics of its product and no others', () => {
  const productOfReview = new Map(reviews.map(([id, product]) => [id, product]))
  const productOfCharacteristic = new Map(characteristics.map(([id, product]) => [id, product]))
  const perReview = new Map<string, number>()
  const strangers: string[] = []
  for (const [id = '', characteristic = '', review = ''] of answers) {
    if (productOfCharacteristic.get(characteristic) !== productOfReview.get(review))
      strangers.push(id)
    perReview.set(review, (perReview.get(review) ?? 0) + 1)
  }
  expect(strangers).toEqual([])
  expect(perReview.size).toBe(reviews.length)
  expect(new Set(perReview.values())).toEqual(new Set([1, 4]))
})

test('every product has characteristics, each name once', () => {
  const names = Map.groupBy(characteristics, ([, product]) => product)
  expect(names.size).toBe(options.products)
  const doubled = [...names.values()].filter(
    (rows) => new Set(rows.map(([, , name]) => name)).size < rows.length,
  )
  expect(doubled).toEqual([])
})
