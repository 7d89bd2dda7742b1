// POST /reviews: 201 when the review and everything that counts it are committed.

import { createHash } from 'node:crypto'
import { badRequest, Problem, type Coalescer, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import type { Settings } from '../settings.ts'
import { openCreation, type Creation, type NewReview } from './create-store.ts'
import { Id } from './list-route.ts'

function bodySchema(settings: Settings) {
  const text = (minLength: number, maxLength: number) => Type.String({ minLength, maxLength })
  return Type.Object({
    product_id: Id,
    rating: Type.Integer({ minimum: 1, maximum: 5 }),
    summary: Type.Optional(text(0, settings.SUMMARY_LENGTH_MAX)),
    body: text(settings.BODY_LENGTH_MIN, settings.BODY_LENGTH_MAX),
    recommend: Type.Boolean(),
    name: text(1, settings.NAME_LENGTH_MAX),
    email: Type.String({ maxLength: settings.NAME_LENGTH_MAX, pattern: '^[^@\\s]+@[^@\\s]+$' }),
    photos: Type.Optional(
      Type.Array(Type.String({ maxLength: 2_048, pattern: '^https?://' }), {
        maxItems: settings.PHOTOS_MAX,
      }),
    ),
    characteristics: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[1-9][0-9]{0,15}$' }),
        Type.Integer({ minimum: 1, maximum: 5 }),
        { additionalProperties: false, maxProperties: 50 },
      ),
    ),
  })
}

const refusals = {
  mistaken: {
    status: 422,
    title: 'Not acceptable',
    detail: 'body.characteristics: names a characteristic that the product does not have.',
  },
  mismatch: {
    status: 422,
    title: 'Key used before',
    detail: 'This Idempotency-Key came with another body before. Take a new key for a new review.',
  },
  running: {
    status: 409,
    title: 'Still running',
    detail: 'The first request with this Idempotency-Key has not ended. Repeat it in a second.',
    retryAfterSeconds: 1,
  },
} as const

/** Adds the route to the service. */
export function addPostRoute(app: HttpApp, coalescer: Coalescer, settings: Settings): void {
  const { create, createOnce } = openCreation(coalescer)
  const schema = {
    summary: 'Add a review',
    headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String()) }),
    body: bodySchema(settings),
    response: { 201: Type.Unsafe<string>(Type.Object({ review_id: Type.Integer() })) },
  }
  app.post('/reviews', { schema }, async (request, reply) => {
    const { product_id, rating, summary = '', body, recommend, name, email } = request.body
    const { photos = [], characteristics = {} } = request.body
    const review: NewReview = {
      product_id,
      rating,
      summary,
      body,
      recommend,
      name,
      email,
      photos,
      characteristics,
    }
    const key = keyFrom(request.headers['idempotency-key'], 'Idempotency-Key')
    const creation =
      key === undefined
        ? await create(review)
        : await createOnce({ ...review, key, fingerprint: fingerprintOf(review) })
    return await reply
      .code(201)
      .header('content-type', 'application/json; charset=utf-8')
      .send(`{"review_id":${idOf(creation)}}`)
  })
}

/** A key of 1 to 255 characters, or none; throws a 400 otherwise. */
export function keyFrom(value: string | undefined, header: string): string | undefined {
  if (value === undefined) return undefined
  if (value.length < 1 || value.length > 255) {
    throw badRequest(`header.${header}: must have 1 to 255 characters.`)
  }
  return value
}

function idOf(creation: Creation): string {
  if ('id' in creation && (creation.verdict === 'created' || creation.verdict === 'replayed')) {
    return creation.id
  }
  throw new Problem(refusals[creation.verdict as keyof typeof refusals])
}

/** Two bodies that mean the same review have the same fingerprint, whatever their layout. */
function fingerprintOf(review: NewReview): string {
  return createHash('sha256').update(JSON.stringify(review)).digest('base64url')
}
