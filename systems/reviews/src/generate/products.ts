// What is generated, table by table: every product from 1 to the number asked for, its characteristics,
// and the reviews that `popularity.ts` gives it. Each table can be drawn without the others, because each
// purpose has its own stream of numbers per product; ids only count up. Nothing is kept in memory.

import { reviewCounts } from './popularity.ts'
import { numbersFor, weighted } from './random-numbers.ts'
import { bodyText, responseText, reviewer, summaryText } from './wording.ts'
import type { TableName } from '../import/files.ts'

/** How much to generate, and from which seed. */
export interface DataSetOptions {
  readonly products: number
  readonly seed: number
}

/** What the reviews of one product are made from. */
interface Product {
  readonly id: number
  readonly reviews: number
  readonly characteristics: readonly string[]
  readonly ratings: readonly number[]
  readonly firstReview: number
  readonly firstCharacteristic: number
}

/** What a product is asked about. Four questions for 78.33 % of the products and one for the rest: 3.35. */
const kinds = [
  { share: 0.4, characteristics: ['Fit', 'Length', 'Comfort', 'Quality'] },
  { share: 0.3833, characteristics: ['Size', 'Width', 'Comfort', 'Quality'] },
  { share: 0.2167, characteristics: ['Quality'] },
] as const

const kindShares = kinds.map(({ share }) => share)
/** Ratings 1 to 5 of a product that disappoints, pleases, or delights. */
const ratingShares = [
  [0.3, 0.22, 0.2, 0.16, 0.12],
  [0.08, 0.07, 0.14, 0.29, 0.42],
  [0.03, 0.03, 0.07, 0.22, 0.65],
] as const
const moodShares = [0.15, 0.55, 0.3]
/** The chance that somebody who gave 1 to 5 recommends the product. */
const recommendShares = [0.03, 0.12, 0.5, 0.92, 0.99]
/** A review has 0 to 5 photos: 0.47 on average. */
const photoShares = [0.754, 0.124, 0.061, 0.032, 0.019, 0.01]
const reportedShare = 0.01
const respondedShare = 0.07
const meanHelpfulness = 6
const dates = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2026, 0, 1) }

/** The rows of one table in order of id, as CSV fields without quotes. The same options, the same rows. */
export function* tableRows(table: TableName, options: DataSetOptions): Generator<string[]> {
  const rows = rowsOf[table]
  let nextId = 1
  for (const product of products(options)) {
    for (const fields of rows(product, options.seed)) {
      yield [String(nextId), ...fields]
      nextId += 1
    }
  }
}

function* products({ products, seed }: DataSetOptions): Generator<Product> {
  const reviewsOf = reviewCounts(products)
  let firstReview = 1
  let firstCharacteristic = 1
  for (let id = 1; id <= products; id += 1) {
    const uniform = numbersFor(seed, id, 'product')
    const reviews = reviewsOf(id)
    const characteristics = kinds[weighted(kindShares, uniform)]?.characteristics ?? []
    const shares = ratingShares[weighted(moodShares, uniform)] ?? []
    const rating = numbersFor(seed, id, 'ratings')
    const ratings = Array.from({ length: reviews }, () => 1 + weighted(shares, rating))
    yield { id, reviews, characteristics, ratings, firstReview, firstCharacteristic }
    firstReview += reviews
    firstCharacteristic += characteristics.length
  }
}

const rowsOf: Record<TableName, (product: Product, seed: number) => Iterable<string[]>> = {
  *reviews({ id, ratings }, seed) {
    const uniform = numbersFor(seed, id, 'texts')
    for (const rating of ratings) {
      const date = Math.floor(dates.from + uniform() * (dates.to - dates.from))
      const { name, email } = reviewer(uniform)
      yield [
        String(id),
        String(rating),
        String(date),
        summaryText(uniform),
        bodyText(uniform),
        String(uniform() < (recommendShares[rating - 1] ?? 0)),
        String(uniform() < reportedShare),
        name,
        email,
        uniform() < respondedShare ? responseText(uniform) : 'null',
        String(Math.floor(-Math.log(1 - uniform()) * meanHelpfulness)),
      ]
    }
  },
  *characteristics({ id, characteristics }) {
    for (const name of characteristics) yield [String(id), name]
  },
  *photos({ id, reviews, firstReview }, seed) {
    const uniform = numbersFor(seed, id, 'photos')
    for (let review = firstReview; review < firstReview + reviews; review += 1) {
      const photos = weighted(photoShares, uniform)
      for (let photo = 1; photo <= photos; photo += 1) {
        yield [String(review), `https://photos.example.com/${review}/${photo}.jpg`]
      }
    }
  },
  *answers({ id, characteristics, ratings, firstReview, firstCharacteristic }, seed) {
    const uniform = numbersFor(seed, id, 'answers')
    for (const [index, rating] of ratings.entries()) {
      for (const position of characteristics.keys()) {
        const value = Math.min(5, Math.max(1, rating + Math.floor(uniform() * 3) - 1))
        yield [String(firstCharacteristic + position), String(firstReview + index), String(value)]
      }
    }
  },
}
