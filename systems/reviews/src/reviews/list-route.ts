// GET /reviews: a page of a product's reviews, by page number or by cursor.

import { badRequest, type Coalescer, type HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { placeOf, sorts, start } from './cursor.ts'
import { openLists } from './list-store.ts'

/** An id as the wire carries it: a whole number that JSON keeps exact. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

const deepest = 10_000

const Query = Type.Object({
  product_id: Id,
  sort: Type.Enum([...sorts], { default: 'relevant' }),
  page: Type.Integer({ minimum: 1, maximum: 1_000_000_000, default: 1 }),
  count: Type.Integer({ minimum: 1, maximum: 100, default: 5 }),
  cursor: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'next_cursor of the page before; page is ignored.',
    }),
  ),
})

const Page = Type.Object({
  product: Type.String(),
  page: Type.Integer(),
  count: Type.Integer(),
  results: Type.Array(
    Type.Object({
      review_id: Type.Integer(),
      rating: Type.Integer(),
      summary: Type.String(),
      recommend: Type.Boolean(),
      response: Type.Union([Type.String(), Type.Null()]),
      body: Type.String(),
      date: Type.String({ format: 'date-time' }),
      reviewer_name: Type.String(),
      helpfulness: Type.Integer(),
      photos: Type.Array(Type.Object({ id: Type.Integer(), url: Type.String() })),
    }),
  ),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
})

/** Adds the route to the service. */
export function addListRoute(app: HttpApp, coalescer: Coalescer): void {
  const read = openLists(coalescer)
  const schema = {
    summary: 'A page of the reviews of a product',
    querystring: Query,
    response: { 200: Type.Unsafe<string>(Page) },
  }
  app.get('/reviews', { schema }, async (request, reply) => {
    const { product_id, sort, page, count, cursor } = request.query
    const skip = cursor === undefined ? (page - 1) * count : 0
    if (skip + count > deepest) {
      throw badRequest(
        `query.page: pages end at row ${deepest}. Follow next_cursor by the parameter cursor instead.`,
      )
    }
    const after = cursor === undefined ? start[sort] : placeOf(sort, cursor)
    const body = await read({ product_id, sort, page, count, after, skip })
    return await reply.header('content-type', 'application/json; charset=utf-8').send(body)
  })
}
