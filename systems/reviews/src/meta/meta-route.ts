// GET /reviews/meta: how a product was rated and recommended, and the average of each characteristic.

import type { Coalescer, HttpApp } from '@plimsoll/service'
import { Type } from 'typebox'

import { Id } from '../reviews/list-route.ts'
import { openMeta } from './meta-store.ts'

const counts = (names: readonly string[]) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, Type.String()])))

const Meta = Type.Object({
  product_id: Type.String(),
  ratings: counts(['1', '2', '3', '4', '5']),
  recommended: counts(['false', 'true']),
  characteristics: Type.Record(
    Type.String(),
    Type.Object({ id: Type.Integer(), value: Type.Union([Type.String(), Type.Null()]) }),
  ),
})

/** Adds the route to the service. */
export function addMetaRoute(app: HttpApp, coalescer: Coalescer): void {
  const read = openMeta(coalescer)
  const schema = {
    summary: 'What is known of a product',
    querystring: Type.Object({ product_id: Id }),
    response: { 200: Type.Unsafe<string>(Meta) },
  }
  app.get('/reviews/meta', { schema }, async (request, reply) => {
    const body = await read(request.query.product_id)
    return await reply.header('content-type', 'application/json; charset=utf-8').send(body)
  })
}
