// From the fields of a CSV row to a line of COPY, or the reason why the row cannot be taken. Ids seen so
// far are remembered, because photos and answers may point at rows that are not there.

import { copyText } from '@plimsoll/service'
import { readCount, readDate, readId, readOptionalText, readTruth } from './dirty-values.ts'
import { columnsOf } from './files.ts'
import { IdSet } from './id-set.ts'
import { Questions } from './questions.ts'
import type { TableName } from './files.ts'

/** One below the largest integer of the database, which adds one to it. */
const mostHelpfulness = 2_147_483_646

/** A row ready for COPY, without its line end, or why it was refused. */
export type MappedRow = { readonly copy: string } | { readonly reason: string }

/** The ids of one import. */
export interface SeenIds {
  readonly reviews: IdSet
  readonly characteristics: IdSet
  readonly photos: IdSet
  readonly answers: IdSet
  /** Reviews that a row of the photos file points at, known before the reviews are read. */
  readonly reviewsWithPhotos: IdSet
  /** Where there are answers: what holds reviews and characteristics together. */
  readonly questions: Questions | undefined
}

/** No ids yet. */
export function noIdsSeen({ hasAnswers = true } = {}): SeenIds {
  return {
    questions: hasAnswers ? new Questions() : undefined,
    reviews: new IdSet(),
    characteristics: new IdSet(),
    photos: new IdSet(),
    answers: new IdSet(),
    reviewsWithPhotos: new IdSet(),
  }
}

/** The columns that COPY fills, in the order in which `mapRow` writes them. */
export const copyColumns: Record<TableName, readonly string[]> = {
  ...columnsOf,
  reviews: [...columnsOf.reviews, 'has_photos'],
  answers: columnsOf.answers.slice(1),
}

/** Maps one row, its fields in the order of `columnsOf`. Remembers its id when the row is taken. */
export function mapRow(table: TableName, fields: readonly string[], seen: SeenIds): MappedRow {
  return mappings[table](fields, seen)
}

type Mapping = (fields: readonly string[], seen: SeenIds) => MappedRow

const mappings: Record<TableName, Mapping> = {
  reviews(fields, seen) {
    const [id = '', product = '', rating = '', date = '', summary = '', body = ''] = fields
    const [recommend = '', reported = '', name = '', email = '', response = '', helpful = ''] =
      fields.slice(6)
    const reviewId = readId(id)
    if (reviewId === undefined) return refuse('id', 'a positive whole number', id)
    const productId = readId(product)
    if (productId === undefined) return refuse('product_id', 'a positive whole number', product)
    const stars = readScore(rating)
    if (stars === undefined) return refuse('rating', 'a whole number from 1 to 5', rating)
    const instant = readDate(date)
    if (instant === undefined) return refuse('date', 'epoch milliseconds or an ISO date', date)
    const recommends = readTruth(recommend)
    if (recommends === undefined) return refuse('recommend', 'true, false, 1 or 0', recommend)
    const isReported = readTruth(reported)
    if (isReported === undefined) return refuse('reported', 'true, false, 1 or 0', reported)
    const helpfulness = readCount(helpful)
    if (helpfulness === undefined || helpfulness > mostHelpfulness) {
      return refuse('helpfulness', `a whole number from 0 to ${mostHelpfulness}`, helpful)
    }
    if (!seen.reviews.add(reviewId)) return duplicate('review', reviewId)
    seen.questions?.addReview({ id: reviewId, product: productId })
    const texts = `${copyText(summary)}\t${copyText(body)}\t${recommends}\t${isReported}`
    const people = `${copyText(name)}\t${copyText(email)}\t${copyText(readOptionalText(response))}`
    const hasPhotos = seen.reviewsWithPhotos.has(reviewId)
    return {
      copy: `${reviewId}\t${productId}\t${stars}\t${instant}\t${texts}\t${people}\t${helpfulness}\t${hasPhotos}`,
    }
  },
  characteristics([id = '', product = '', name = ''], seen) {
    const characteristicId = readId(id)
    if (characteristicId === undefined) return refuse('id', 'a positive whole number', id)
    const productId = readId(product)
    if (productId === undefined) return refuse('product_id', 'a positive whole number', product)
    if (name === '') return refuse('name', 'a name', name)
    if (seen.characteristics.has(characteristicId)) {
      return duplicate('characteristic', characteristicId)
    }
    const reason = seen.questions?.add({ id: characteristicId, product: productId, name })
    if (reason !== undefined) return { reason }
    seen.characteristics.add(characteristicId)
    return { copy: `${characteristicId}\t${productId}\t${copyText(name)}` }
  },
  photos([id = '', review = '', url = ''], seen) {
    const photoId = readId(id)
    if (photoId === undefined) return refuse('id', 'a positive whole number', id)
    const reviewId = readId(review)
    if (reviewId === undefined) return refuse('review_id', 'a positive whole number', review)
    if (url === '') return refuse('url', 'an address', url)
    if (!seen.reviews.has(reviewId)) return orphan('review', reviewId)
    if (!seen.photos.add(photoId)) return duplicate('photo', photoId)
    return { copy: `${photoId}\t${reviewId}\t${copyText(url)}` }
  },
  answers([id = '', characteristic = '', review = '', value = ''], seen) {
    const answerId = readId(id)
    if (answerId === undefined) return refuse('id', 'a positive whole number', id)
    const characteristicId = readId(characteristic)
    if (characteristicId === undefined) {
      return refuse('characteristic_id', 'a positive whole number', characteristic)
    }
    const reviewId = readId(review)
    if (reviewId === undefined) return refuse('review_id', 'a positive whole number', review)
    const score = readScore(value)
    if (score === undefined) return refuse('value', 'a whole number from 1 to 5', value)
    if (!seen.characteristics.has(characteristicId)) {
      return orphan('characteristic', characteristicId)
    }
    if (!seen.reviews.has(reviewId)) return orphan('review', reviewId)
    if (seen.answers.has(answerId)) return duplicate('answer', answerId)
    const reason = seen.questions?.answer({ characteristic: characteristicId, review: reviewId })
    if (reason !== undefined) return { reason }
    seen.answers.add(answerId)
    return { copy: `${characteristicId}\t${reviewId}\t${score}` }
  },
}

function readScore(text: string): number | undefined {
  const value = readCount(text)
  return value !== undefined && value >= 1 && value <= 5 ? value : undefined
}

/** Why a value cannot be taken: what was expected, and the beginning of what was found. */
export function refuse(
  column: string,
  expected: string,
  found: string,
): { readonly reason: string } {
  const shown = found.length > 40 ? `${found.slice(0, wholeCharacters(found, 40))}...` : found
  return { reason: `${column}: expected ${expected}, found ${JSON.stringify(shown)}` }
}

/** The most bytes up to `longest` that end with a whole character: UTF-8 goes on with 80 to BF. */
function wholeCharacters(bytes: string, longest: number): number {
  let end = longest
  while (end > longest - 4 && /[\x80-\xbf]/.test(bytes.charAt(end))) end -= 1
  return end
}

function orphan(what: string, id: number): MappedRow {
  return { reason: `${what} ${id} does not exist or was itself rejected` }
}

function duplicate(what: string, id: number): MappedRow {
  return { reason: `${what} ${id} was there already` }
}
